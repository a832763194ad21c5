// How much does a chat server deliver, how late, at what price, and is anything lost? This program is the crowd:
// one thread, its own epoll loop, so that it costs little beside what it measures. It ends by itself.
//
// It speaks to the chat (wire "chat"), to the Channels tutorial ("tutorial") and to the Go hub ("hub"), checks
// every delivery, and prints one JSON object. bench/README.md says what each number means.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
)

var (
	fMode    = flag.String("mode", "talk", "talk | arrive | come-and-go | pages | ask")
	fWire    = flag.String("wire", "chat", "chat | tutorial | hub")
	fTo      = flag.String("to", "", "host:port[,host:port...]: connections are dealt round robin")
	fKeys    = flag.String("keys", "", "file with one room key a line")
	fCookies = flag.String("cookies", "", "file with one Cookie header a line: that of person i is line i")
	fRooms   = flag.Int("rooms", 1, "rooms")
	fMembers = flag.Int("members", 200, "connections in each room; person i is in room i/members")
	fPosters = flag.Int("posters", 16, "talk: how many of a room's members post")
	fWindow  = flag.Int("window", 16, "talk: posts outstanding in each room; 0 posts at -rate instead")
	fRate    = flag.Float64("rate", 50, "talk: posts a second in each room, where -window is 0")
	fSize    = flag.Int("size", 64, "talk: bytes of text in a post")
	fWarm    = flag.Float64("warm", 0.7, "seconds before the measured ones")
	fSeconds = flag.Float64("seconds", 3, "measured seconds")
	fDrain   = flag.Float64("drain", 3, "talk: seconds to wait for what is late")
	fAtOnce  = flag.Int("at-once", 64, "handshakes under way at the same time; pages: connections")
	fSettle  = flag.Float64("settle", 0.5, "seconds of silence after everybody is in")
	fPaths   = flag.String("paths", "", "pages: path[,path...], asked for in turn")
	fAsks    = flag.String("asks", "", "ask: file with one command a line, asked in turn")
	fAnswer  = flag.String("answer", "", "ask: the type of the event that answers")
	fPids    = flag.String("pids", "", "pids of the server's processes")
	fRedis   = flag.String("redis", "", "pid of the Redis that works for it")
	fTables  = flag.String("database", "", "pid of the database that works for it")
)

func main() {
	flag.Parse()
	runtime.LockOSThread()
	debug.SetGCPercent(400)
	raiseFileLimit()
	addresses = targets(*fTo)
	wire = wires[*fWire]
	keys, cookies = lines(*fKeys), lines(*fCookies)
	watched, redis, database = pidList(*fPids), pidList(*fRedis), pidList(*fTables)
	openEpoll()
	var found map[string]any
	switch *fMode {
	case "talk":
		found = talk()
	case "arrive":
		found = arrive()
	case "come-and-go":
		found = comeAndGo()
	case "pages":
		found = pages()
	case "ask":
		found = ask()
	default:
		die("unknown mode %q", *fMode)
	}
	out, _ := json.Marshal(found)
	fmt.Println(string(out))
}

func die(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(2)
}

func lines(name string) []string {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		die("%v", err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func raiseFileLimit() {
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	limit.Cur = limit.Max
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}
