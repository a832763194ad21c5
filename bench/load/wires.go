package main

// What each server wants to be told, and what it says.

import (
	"bytes"
	"encoding/json"
	"strconv"
)

type protocol struct {
	path  func(key string) string
	hello func(c *conn) // nil: whoever is connected is in
	post  func(out []byte, c *conn, text []byte) []byte
	event func(c *conn, payload []byte, at int64)
}

var wires = map[string]protocol{
	"hub": {
		path:  func(key string) string { return "/ws/" + key },
		post:  func(out []byte, _ *conn, text []byte) []byte { return append(out, text...) },
		event: (*conn).arrived,
	},
	"tutorial": {
		path: func(key string) string { return "/ws/chat/" + key + "/" },
		post: func(out []byte, _ *conn, text []byte) []byte {
			return append(append(append(out, `{"message":"`...), text...), `"}`...)
		},
		event: (*conn).arrived,
	},
	"chat": {
		path:  func(string) string { return "/ws/" },
		hello: func(c *conn) { c.send([]byte(`{"type":"room.open","room":"` + c.room.key + `"}`)) },
		post:  chatPost,
		event: chatEvent,
	},
}

var nonces uint64

func chatPost(out []byte, c *conn, text []byte) []byte {
	nonces++
	out = append(append(out, `{"type":"message.post","room":"`...), c.room.key...)
	out = append(out, `","nonce":"`...)
	for shift := 60; shift >= 0; shift -= 4 {
		out = append(out, hex[(salt^nonces)>>uint(shift)&15])
	}
	out = append(out, `","body":"`...)
	return append(append(out, text...), `"}`...)
}

var (
	ofMessage = []byte(`{"type":"message","room":"`)
	ofWelcome = []byte(`{"type":"welcome",`)
	ofRoom    = []byte(`{"type":"room",`)
	ofChanges = []byte(`{"type":"changes",`)
	ofAck     = []byte(`{"type":"ack",`)
	ofError   = []byte(`{"type":"error",`)
	theSeq    = []byte(`"seq":`)
)

func chatEvent(c *conn, payload []byte, at int64) {
	if awaiting != nil {
		c.answered(payload)
	}
	switch {
	case bytes.HasPrefix(payload, ofMessage):
		if c.inOrder(seqOf(payload)) {
			c.arrived(payload, at)
		}
	case bytes.HasPrefix(payload, ofAck):
		acks++
	case bytes.HasPrefix(payload, ofWelcome):
		wire.hello(c)
	case bytes.HasPrefix(payload, ofRoom):
		if c.seq = seqOf(payload); c.state == entering {
			c.entered()
		}
	case bytes.HasPrefix(payload, ofChanges):
		c.caughtUp(payload, at)
	case bytes.HasPrefix(payload, ofError):
		refused[string(payload)]++
	}
}

// The first number called seq: the events have the room's before that of a row.
func seqOf(payload []byte) (seq uint64) {
	for _, b := range payload[bytes.Index(payload, theSeq)+len(theSeq):] {
		if b < '0' || b > '9' {
			break
		}
		seq = seq*10 + uint64(b-'0')
	}
	return
}

// As the browser does it: the next one applies, an older one is a repeat, any other is a hole.
func (c *conn) inOrder(seq uint64) bool {
	switch {
	case seq <= c.seq:
		repeated++
		return false
	case seq > c.seq+1:
		jumped += seq - c.seq - 1
	}
	c.seq = seq
	return true
}

// What the server read from the database because no hint of it arrived.
func (c *conn) caughtUp(payload []byte, at int64) {
	var changes struct {
		Since, Seq uint64
		Messages   []struct {
			Seq  uint64
			Body string
		}
	}
	if err := json.Unmarshal(payload, &changes); err != nil {
		die("changes: %v", err)
	}
	healed++
	if changes.Since > c.seq {
		jumped += changes.Since - c.seq
	}
	for _, message := range changes.Messages {
		if message.Seq > c.seq {
			c.arrived([]byte(message.Body), at)
		}
	}
	if changes.Seq > c.seq {
		c.seq = changes.Seq
	}
}

func keyOf(number int) string {
	if len(keys) > 0 {
		return keys[number%len(keys)]
	}
	return "r" + strconv.Itoa(number)
}
