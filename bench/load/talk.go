package main

// People in rooms, posting: at a rate, or so that a number of posts is always outstanding. Everything that was
// posted must reach everybody who is in, once and in its author's order.
//
// A post begins with |author|counter|moment|, in hexadecimal: letters that no server rewrites.

import (
	"bytes"
	"time"
)

const hex = "0123456789abcdef"

type room struct {
	key     string
	members []*conn
	posted  []uint32     // by author: how many
	left    [][64]uint32 // by author: who still lacks the post with this counter (modulo 64)
	waiting int          // posts that somebody lacks
	next    int          // the author of the next post
}

var (
	rooms         []*room
	keys, cookies []string
	wire          protocol
	salt          = uint64(time.Now().UnixNano()) << 20
	padding       []byte
	digits        [256]byte
	text, post    []byte

	pending, opened int
	arrivals        delays
	closed          = map[string]int{}
	refused         = map[string]int{}

	windowFrom, windowTo                 int64
	posts, expected, delivered, inWindow uint64
	repeated, jumped, healed, acks       uint64
	late                                 delays
)

func talk() map[string]any {
	prepare()
	assemble(*fRooms * *fMembers)
	turnFor(*fSettle)
	windowFrom = now() + int64(*fWarm*1e9)
	windowTo = windowFrom + int64(*fSeconds*1e9)
	drive := keepOutstanding()
	if *fWindow == 0 {
		drive = keepRate()
	}
	run(windowFrom, drive)
	before, idleBefore := used(), idle
	run(windowTo, drive)
	spent, idled := before.until(used()), idle-idleBefore
	waitForLate()
	return outcome(spent, idled)
}

func prepare() {
	for i := range hex {
		digits[hex[i]] = byte(i)
	}
	padding = bytes.Repeat([]byte("x"), *fSize)
	for i := 0; i < *fRooms; i++ {
		rooms = append(rooms, &room{
			key: keyOf(i), posted: make([]uint32, *fPosters), left: make([][64]uint32, *fPosters),
		})
	}
}

func run(until int64, drive func()) {
	for now() < until {
		drive()
		turn(0)
	}
}

// Nobody must hear of a post more often than it was sent; who is late gets a few seconds.
func waitForLate() {
	for end := now() + int64(*fDrain*1e9); now() < end && delivered < expected; {
		turn(1)
	}
	turnFor(0.2) // for what comes twice
}

func outcome(spent usage, idled int64) map[string]any {
	return with(spent.figures(inWindow), map[string]any{
		"posts_per_s": round(float64(posts)/spent.at, 1), "deliveries_per_s": round(float64(inWindow)/spent.at, 0),
		"expected": expected, "lost": int64(expected) - int64(delivered), "doubled": repeated, "disordered": jumped,
		"healed": healed, "refused": refused, "closed": closed, "connections": opened,
		"p50_ms": late.quantile(.5), "p95_ms": late.quantile(.95), "p99_ms": late.quantile(.99),
		"cpu_us_per_post": each(spent.server, posts), "load_busy": round(1-float64(idled)/1e9/spent.at, 3),
		"rss_mb": round(resident(watched)/1024, 1),
	})
}

// -- posting ------------------------------------------------------------------------------------------------

func keepOutstanding() func() {
	progress, seen := now(), delivered
	return func() {
		for _, r := range rooms {
			for r.waiting < *fWindow {
				r.say(now())
			}
		}
		// A server that loses posts must not bring the run to a stop.
		if delivered != seen {
			progress, seen = now(), delivered
		} else if now()-progress > 1e9 {
			for _, r := range rooms {
				r.waiting = 0
			}
			progress = now()
		}
	}
}

// By the clock, whatever the server does: the moment in a post is when it was due, not when it was sent.
func keepRate() func() {
	step := int64(1e9 / (*fRate * float64(len(rooms))))
	due, number := now(), 0
	return func() {
		for ; due <= now(); due, number = due+step, number+1 {
			rooms[number%len(rooms)].say(due)
		}
	}
}

func (r *room) say(moment int64) {
	author := r.next
	r.next = (r.next + 1) % *fPosters
	r.posted[author]++
	count := r.posted[author]
	r.left[author][count&63] = uint32(len(r.members))
	r.waiting++
	if moment >= windowFrom && moment < windowTo {
		posts++
		expected += uint64(len(r.members))
	}
	text = append(text[:0], '|')
	text = append(inHex(text, uint64(author), 4), '|')
	text = append(inHex(text, uint64(count), 8), '|')
	text = append(inHex(text, uint64(moment), 16), '|')
	text = append(text, padding[:max(0, *fSize-len(text))]...)
	c := r.members[author]
	post = wire.post(post[:0], c, text)
	c.send(post)
}

func inHex(out []byte, value uint64, width int) []byte {
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		out = append(out, hex[value>>uint(shift)&15])
	}
	return out
}

func fromHex(text []byte) (value uint64) {
	for _, b := range text {
		value = value<<4 | uint64(digits[b])
	}
	return
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

// -- hearing ------------------------------------------------------------------------------------------------

func (c *conn) arrived(payload []byte, at int64) {
	begin := bytes.IndexByte(payload, '|')
	if begin < 0 || len(payload) < begin+32 {
		return
	}
	mark := payload[begin : begin+32]
	author, count, moment := int(fromHex(mark[1:5])), uint32(fromHex(mark[6:14])), int64(fromHex(mark[15:31]))
	if author >= len(c.heard) {
		return
	}
	last := c.heard[author]
	if count <= last {
		repeated++
		return
	}
	if count > last+1 {
		jumped += uint64(count - last - 1)
	}
	c.heard[author] = count
	if at >= windowFrom && at < windowTo {
		inWindow++
	}
	if moment >= windowFrom && moment < windowTo {
		delivered++
		late.add(at - moment)
	}
	left := &c.room.left[author][count&63]
	if *left--; *left == 0 && c.room.waiting > 0 {
		c.room.waiting--
	}
}
