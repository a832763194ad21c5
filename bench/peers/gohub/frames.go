package main

// As much of RFC 6455 as the hub needs: the handshake, one whole text message in, one unmasked text frame out.
// One message is one write, as the tutorial's library does it.

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
)

var errEnded = errors.New("the other side has ended, or sent what this hub does not read")

func upgrade(w http.ResponseWriter, r *http.Request) (net.Conn, *bufio.Reader, error) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	conn, both, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return nil, nil, err
	}
	_, err = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"))
	return conn, both.Reader, err
}

func readMessage(in *bufio.Reader) ([]byte, error) {
	var head [14]byte
	if _, err := io.ReadFull(in, head[:2]); err != nil {
		return nil, err
	}
	size := uint64(head[1] & 127)
	if head[0] != 0x81 || head[1]&0x80 == 0 || size == 127 {
		return nil, errEnded
	}
	if size == 126 {
		if _, err := io.ReadFull(in, head[2:4]); err != nil {
			return nil, err
		}
		size = uint64(binary.BigEndian.Uint16(head[2:4]))
	}
	if _, err := io.ReadFull(in, head[4:8]); err != nil {
		return nil, err
	}
	message := make([]byte, size)
	if _, err := io.ReadFull(in, message); err != nil {
		return nil, err
	}
	for i := range message {
		message[i] ^= head[4+i&3]
	}
	return message, nil
}

func appendFrame(out, message []byte) []byte {
	switch size := len(message); {
	case size < 126:
		out = append(out, 0x81, byte(size))
	case size < 65536:
		out = append(out, 0x81, 126, byte(size>>8), byte(size))
	default:
		out = append(out, 0x81, 127)
		out = append(out, binary.BigEndian.AppendUint64(nil, uint64(size))...)
	}
	return append(out, message...)
}
