// The chat room of the Go tutorial: a Hub that registers, unregisters and broadcasts, and for each Client one
// goroutine that reads, one that writes and a channel of 256 messages between the hub and it. Who cannot keep up
// is disconnected. Nothing is stored, nobody is known, every origin is let in.
//
// One hub for each address, so that there can be many rooms. The frames are written by frames.go.
package main

import (
	"bufio"
	"flag"
	"log"
	"net"
	"net/http"
	"sync"
)

type Client struct {
	conn net.Conn
	in   *bufio.Reader
	send chan []byte
}

type Hub struct {
	clients    map[*Client]bool
	broadcast  chan []byte
	register   chan *Client
	unregister chan *Client
}

func newHub() *Hub {
	return &Hub{
		clients:    make(map[*Client]bool),
		broadcast:  make(chan []byte),
		register:   make(chan *Client),
		unregister: make(chan *Client),
	}
}

func (h *Hub) run() {
	for {
		select {
		case client := <-h.register:
			h.clients[client] = true
		case client := <-h.unregister:
			h.remove(client)
		case message := <-h.broadcast:
			for client := range h.clients {
				select {
				case client.send <- message:
				default:
					h.remove(client)
				}
			}
		}
	}
}

func (h *Hub) remove(client *Client) {
	if h.clients[client] {
		delete(h.clients, client)
		close(client.send)
	}
}

func (c *Client) readPump(h *Hub) {
	defer func() {
		h.unregister <- c
		c.conn.Close()
	}()
	for {
		message, err := readMessage(c.in)
		if err != nil {
			return
		}
		h.broadcast <- message
	}
}

func (c *Client) writePump() {
	defer c.conn.Close()
	var frame []byte
	for message := range c.send {
		frame = appendFrame(frame[:0], message)
		if _, err := c.conn.Write(frame); err != nil {
			return
		}
	}
}

func main() {
	address := flag.String("addr", "127.0.0.1:8080", "where to listen")
	flag.Parse()
	var lock sync.Mutex
	hubs := map[string]*Hub{}
	http.HandleFunc("/ws/", func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		hub := hubs[r.URL.Path]
		if hub == nil {
			hub = newHub()
			hubs[r.URL.Path] = hub
			go hub.run()
		}
		lock.Unlock()
		conn, in, err := upgrade(w, r)
		if err != nil {
			return
		}
		client := &Client{conn: conn, in: in, send: make(chan []byte, 256)}
		hub.register <- client
		go client.writePump()
		client.readPump(hub)
	})
	log.Fatal(http.ListenAndServe(*address, nil))
}
