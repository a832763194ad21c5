package main

// Questions over connections that are open: one at a time, the next when the answer is there. Who asks, and what
// is asked, go in turns.

import (
	"bytes"
	"strings"
)

var (
	questions     []string
	everybody     []*conn
	answer        []byte // what an answer begins with
	asked, failed int
	sentAt        int64
	awaiting      *conn
	slowest       string
	slowestTook   int64
)

func ask() map[string]any {
	questions = lines(*fAsks)
	prepare()
	assemble(*fRooms * *fMembers)
	turnFor(*fSettle)
	for _, r := range rooms {
		everybody = append(everybody, r.members...)
	}
	answer = []byte(`{"type":"` + *fAnswer + `",`)
	askFor(*fWarm)
	late, failed, slowestTook = delays{}, 0, 0
	before := used()
	askFor(*fSeconds)
	spent := before.until(used())
	return with(spent.figures(late.count), map[string]any{
		"asks_per_s": round(float64(late.count)/spent.at, 1), "refused": refused, "closed": closed,
		"slowest": slowest, "slowest_ms": round(float64(slowestTook)/1e6, 3),
		"p50_ms": late.quantile(.5), "p95_ms": late.quantile(.95), "p99_ms": late.quantile(.99),
		"lost": failed, "doubled": 0, "disordered": 0,
	})
}

func askFor(seconds float64) {
	for end := now() + int64(seconds*1e9); now() < end; {
		askNext()
		for awaiting != nil {
			turn(1)
			if now()-sentAt > 30e9 {
				die("no answer within 30 s: %s", question())
			}
		}
		asked++
	}
}

// With each round of everybody the questions move on by one: in the end everybody has asked everything.
func question() string {
	who, round := asked%len(everybody), asked/len(everybody)
	return questions[(who+round)%len(questions)]
}

func askNext() {
	awaiting, sentAt = everybody[asked%len(everybody)], now()
	awaiting.send([]byte(question()))
}

func (c *conn) answered(payload []byte) {
	if c != awaiting {
		return
	}
	switch {
	case bytes.HasPrefix(payload, answer):
		took := now() - sentAt
		late.add(took)
		if took > slowestTook {
			slowest, slowestTook = strings.Clone(question()), took
		}
	case bytes.HasPrefix(payload, ofError):
		failed++
	default:
		return
	}
	awaiting = nil
}
