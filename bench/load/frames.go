package main

// RFC 6455 from the client's side, as far as these servers use it.

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"syscall"
)

const (
	dialling = iota
	upgrading
	entering
	open
	dead
)

// Masked with a key that changes nothing would be cheaper for the server than a browser is.
var mask = [4]byte{0x37, 0xfa, 0x21, 0x3d}

func frame(out []byte, opcode byte, payload []byte) []byte {
	out = append(out, 0x80|opcode)
	switch size := len(payload); {
	case size < 126:
		out = append(out, 0x80|byte(size))
	case size < 65536:
		out = append(out, 0x80|126, byte(size>>8), byte(size))
	default:
		out = append(out, 0x80|127)
		out = append(out, binary.BigEndian.AppendUint64(nil, uint64(size))...)
	}
	out = append(out, mask[:]...)
	for i, b := range payload {
		out = append(out, b^mask[i&3])
	}
	return out
}

// One frame from the front of data; ok is false while it is not all there.
func unframe(data []byte) (opcode byte, payload, rest []byte, ok bool) {
	if len(data) < 2 {
		return
	}
	size, at := int(data[1]&127), 2
	switch {
	case size == 126 && len(data) >= 4:
		size, at = int(binary.BigEndian.Uint16(data[2:])), 4
	case size == 127 && len(data) >= 10:
		size, at = int(binary.BigEndian.Uint64(data[2:])), 10
	case size >= 126:
		return
	}
	if len(data) < at+size {
		return
	}
	if data[0]&0x80 == 0 {
		die("a fragmented message: none of these servers sends any")
	}
	return data[0] & 15, data[at : at+size], data[at+size:], true
}

// One WebSocket: a member of a room.
type conn struct {
	fd     int
	state  int
	number int
	room   *room
	seq    uint64   // chat: the last change of the room it has
	heard  []uint32 // by author: the last of their posts it has
	carry  []byte   // the beginning of a frame
	out    []byte   // what the socket did not take
	begun  int64
}

func connect(number int, in *room) *conn {
	c := &conn{number: number, room: in, begun: now(), heard: make([]uint32, *fPosters)}
	c.fd = dial(c)
	pending++
	return c
}

func (c *conn) send(text []byte) {
	c.out = frame(c.out, 1, text)
	c.out = write(c.fd, c.out)
}

func (c *conn) writable() {
	if c.state == dialling {
		c.state = upgrading
		c.out = c.request()
	}
	c.out = write(c.fd, c.out)
}

func (c *conn) request() []byte {
	at := host(c.fd)
	head := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n", wire.path(c.room.key), at, at)
	if len(cookies) > 0 {
		head += "Cookie: " + cookies[c.number%len(cookies)] + "\r\n"
	}
	return []byte(head + "\r\n")
}

func (c *conn) readable() {
	for c.state != dead {
		kept := copy(buffer, c.carry)
		n, failed := read(c.fd, buffer[kept:])
		if failed == syscall.EAGAIN {
			return
		}
		if failed != 0 || n == 0 {
			c.lose("cut")
			return
		}
		rest := c.take(buffer[:kept+n], now())
		c.carry = append(c.carry[:0], rest...)
		if n < len(buffer)-kept {
			return // edge triggered: a short read has emptied the socket
		}
	}
}

// Everything in data that is whole; returns what is not.
func (c *conn) take(data []byte, at int64) []byte {
	if c.state <= upgrading {
		end := bytes.Index(data, []byte("\r\n\r\n"))
		if end < 0 {
			return data
		}
		if !bytes.HasPrefix(data, []byte("HTTP/1.1 101")) {
			die("handshake refused: %.300s", data)
		}
		data, c.state = data[end+4:], entering
		if wire.hello == nil {
			c.entered()
		}
	}
	for c.state != dead {
		opcode, payload, rest, whole := unframe(data)
		if !whole {
			break
		}
		data = rest
		switch opcode {
		case 1:
			wire.event(c, payload, at)
		case 8:
			c.lose(fmt.Sprintf("closed %d", binary.BigEndian.Uint16(append(payload, 0, 0))))
		case 9:
			c.out = write(c.fd, frame(c.out, 10, payload))
		}
	}
	return data
}

func (c *conn) entered() {
	c.state = open
	pending--
	opened++
	arrivals.add(now() - c.begun)
}

func (c *conn) lose(why string) {
	if c.state < open {
		pending--
	}
	closed[why]++
	c.leave()
}

func (c *conn) leave() {
	c.state = dead
	sockets[c.fd] = nil
	syscall.Close(c.fd)
}
