package main

// People coming in: how many a second, and what each of them costs in memory.

var coming int // the number of who comes next

// Connect `total` people, at most *fAtOnce handshakes at a time, and wait until all are in their rooms.
func assemble(total int) {
	number, limit := 0, now()+120e9
	for number < total || pending > 0 {
		for number < total && pending < *fAtOnce {
			in := rooms[number / *fMembers]
			in.members = append(in.members, connect(number, in))
			number++
		}
		turn(5)
		if now() > limit {
			die("after 120 s %d are in, %d are waiting, closed: %v", opened, pending, closed)
		}
	}
	if len(closed) > 0 {
		die("%d of %d are in, closed: %v", opened, total, closed)
	}
}

func arrive() map[string]any {
	prepare()
	total := *fRooms * *fMembers
	empty := resident(watched)
	before := used()
	assemble(total)
	spent := before.until(used())
	turnFor(*fSettle)
	full := resident(watched)
	return with(spent.figures(uint64(opened)), map[string]any{
		"connections": opened, "arrivals_per_s": round(float64(opened)/spent.at, 1), "closed": closed, "refused": refused,
		"p50_ms": arrivals.quantile(.5), "p95_ms": arrivals.quantile(.95), "p99_ms": arrivals.quantile(.99),
		"lost": total - opened, "doubled": repeated, "disordered": jumped, "rss_empty_mb": round(empty/1024, 1),
		"rss_mb": round(full/1024, 1), "kb_per_connection": round((full-empty)/float64(opened), 2),
	})
}

// One after the other comes in, is in their room, and goes: nobody else is there to be told of it.
func comeAndGo() map[string]any {
	prepare()
	comeAndGoFor(*fWarm)
	arrivals, opened = delays{}, 0
	before := used()
	comeAndGoFor(*fSeconds)
	spent := before.until(used())
	return with(spent.figures(uint64(opened)), map[string]any{
		"arrivals_per_s": round(float64(opened)/spent.at, 1), "closed": closed, "refused": refused,
		"p50_ms": arrivals.quantile(.5), "p95_ms": arrivals.quantile(.95), "p99_ms": arrivals.quantile(.99),
		"lost": len(closed), "doubled": repeated, "disordered": jumped,
	})
}

func comeAndGoFor(seconds float64) {
	for end := now() + int64(seconds*1e9); now() < end; coming++ {
		c := connect(coming%(*fRooms**fMembers), rooms[coming / *fMembers % *fRooms])
		for pending > 0 {
			turn(1)
		}
		c.leave()
	}
}
