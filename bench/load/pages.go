package main

// Pages over connections that are kept alive: one request after the other on each.

import (
	"bytes"
	"strconv"
	"syscall"
)

type visitor struct {
	fd, number, asked int
	ready             bool
	answer, out       []byte
	whole             int
	begun             int64
}

var (
	paths           []string
	measuring       bool
	pagesDone       uint64
	pageBytes       int
	wrong, reopened int
	byPath          []delays
)

func pages() map[string]any {
	paths = splitList(*fPaths)
	byPath = make([]delays, len(paths))
	for i := 0; i < *fAtOnce; i++ {
		visit(i)
	}
	turnFor(*fWarm)
	measuring = true
	before := used()
	for end := now() + int64(*fSeconds*1e9); now() < end; {
		turn(0)
	}
	spent := before.until(used())
	medians := []float64{}
	for i := range byPath {
		medians = append(medians, byPath[i].quantile(.5))
	}
	return with(spent.figures(pagesDone), map[string]any{
		"pages_per_s": round(float64(pagesDone)/spent.at, 1), "medians_ms": medians, "reopened": reopened, "bytes": pageBytes,
		"p50_ms": late.quantile(.5), "p95_ms": late.quantile(.95), "p99_ms": late.quantile(.99),
		"lost": wrong, "doubled": 0, "disordered": 0,
	})
}

func visit(number int) {
	v := &visitor{number: number, asked: number}
	v.fd = dial(v)
}

func (v *visitor) writable() {
	if !v.ready {
		v.ready = true
		v.ask()
	}
	v.out = write(v.fd, v.out)
}

func (v *visitor) ask() {
	head := "GET " + paths[v.asked%len(paths)] + " HTTP/1.1\r\nHost: " + host(v.fd) + "\r\nAccept: text/html\r\n"
	if len(cookies) > 0 {
		head += "Cookie: " + cookies[v.person()%len(cookies)] + "\r\n"
	}
	v.begun, v.whole, v.answer = now(), 0, v.answer[:0]
	v.out = write(v.fd, []byte(head+"\r\n"))
}

// Of several rooms each is asked for by its first member: to others it would show its door only.
func (v *visitor) person() int {
	if len(paths) > 1 {
		return v.asked % len(paths) * *fMembers
	}
	return v.number
}

func (v *visitor) readable() {
	for {
		n, failed := read(v.fd, buffer)
		if failed == syscall.EAGAIN {
			return
		}
		if failed != 0 || n == 0 { // not kept alive
			sockets[v.fd] = nil
			syscall.Close(v.fd)
			reopened++
			visit(v.number)
			return
		}
		v.answer = append(v.answer, buffer[:n]...)
		if v.whole == 0 {
			v.whole = wholeSize(v.answer)
		}
		if v.whole > 0 && len(v.answer) >= v.whole {
			v.answered()
		}
	}
}

func (v *visitor) answered() {
	if !bytes.HasPrefix(v.answer, []byte("HTTP/1.1 200")) {
		wrong++
	}
	if measuring {
		pagesDone++
		pageBytes = len(v.answer)
		late.add(now() - v.begun)
		byPath[v.asked%len(paths)].add(now() - v.begun)
	}
	v.asked++
	v.ask()
}

// Head and body together; 0 while the head is not all there.
func wholeSize(answer []byte) int {
	end := bytes.Index(answer, []byte("\r\n\r\n"))
	if end < 0 {
		return 0
	}
	head := bytes.ToLower(answer[:end+2])
	at := bytes.Index(head, []byte("content-length:"))
	if at < 0 {
		die("an answer without a length: %.300s", answer)
	}
	value := bytes.TrimSpace(bytes.SplitN(head[at+15:], []byte("\r\n"), 2)[0])
	size, _ := strconv.Atoi(string(value))
	return end + 4 + size
}
