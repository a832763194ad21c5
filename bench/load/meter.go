package main

// Histogram of delays, and what /proc says about processes.

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"strings"
)

var (
	watched, redis, database []int

	idle int64 // nanoseconds in which the loop had nothing to do
)

// Delays in nanoseconds, 32 steps to each power of two: 3 % exact.
type delays struct {
	count  uint64
	steps  [64 * 64]uint64
	latest int64
}

func (d *delays) add(ns int64) {
	if ns < 0 {
		ns = 0
	}
	if ns > d.latest {
		d.latest = ns
	}
	value, shift := uint64(ns), 0
	for ; value >= 64; shift++ {
		value >>= 1
	}
	d.steps[shift*64+int(value)]++
	d.count++
}

// In milliseconds.
func (d *delays) quantile(share float64) float64 {
	wanted, sum := uint64(share*float64(d.count)), uint64(0)
	for i, n := range d.steps {
		if sum += n; sum > wanted {
			shift := uint(i / 64)
			return round(float64((uint64(i%64)<<shift)+(1<<shift)/2)/1e6, 3)
		}
	}
	return round(float64(d.latest)/1e6, 3)
}

func round(value float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(value*scale) / scale
}

func splitList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func pidList(list string) (found []int) {
	for _, one := range splitList(list) {
		pid, err := strconv.Atoi(one)
		if err != nil {
			die("%q is not a pid", one)
		}
		found = append(found, pid)
	}
	return
}

// These processes and all they have started.
func family(pids []int) []int {
	found := append([]int(nil), pids...)
	for i := 0; i < len(found); i++ {
		at := "/proc/" + strconv.Itoa(found[i]) + "/task/"
		tasks, _ := os.ReadDir(at)
		for _, task := range tasks {
			children, _ := os.ReadFile(at + task.Name() + "/children")
			for _, child := range strings.Fields(string(children)) {
				pid, _ := strconv.Atoi(child)
				found = append(found, pid)
			}
		}
	}
	return found
}

// Seconds of user and system time so far.
func cpu(pids []int) (seconds float64) {
	for _, pid := range family(pids) {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		user, _ := strconv.ParseFloat(fields[11], 64)
		system, _ := strconv.ParseFloat(fields[12], 64)
		seconds += (user + system) / 100
	}
	return
}

// Seconds of all cores that were not idle, whoever used them.
func machine() (seconds float64) {
	text, _ := os.ReadFile("/proc/stat")
	fields := strings.Fields(strings.SplitN(string(text), "\n", 2)[0])
	for i, field := range fields[1:9] {
		if ticks, _ := strconv.ParseFloat(field, 64); i != 3 && i != 4 { // idle, waiting for a disk
			seconds += ticks / 100
		}
	}
	return
}

func resident(pids []int) (kilobytes float64) {
	for _, pid := range family(pids) {
		text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		if at := bytes.Index(text, []byte("VmRSS:")); at >= 0 {
			value, _ := strconv.ParseFloat(strings.Fields(string(text[at:]))[1], 64)
			kilobytes += value
		}
	}
	return
}

// What was used between two moments: seconds of processor time.
type usage struct{ at, server, redis, database, mine, machine float64 }

func used() usage {
	return usage{
		float64(now()) / 1e9, cpu(watched), cpu(redis), cpu(database), cpu([]int{os.Getpid()}), machine(),
	}
}

func (a usage) until(b usage) usage {
	return usage{
		b.at - a.at, b.server - a.server, b.redis - a.redis, b.database - a.database, b.mine - a.mine, b.machine - a.machine,
	}
}

// Microseconds for each of `count`.
func each(seconds float64, count uint64) float64 {
	if count == 0 {
		return 0
	}
	return round(seconds*1e6/float64(count), 3)
}

// What every mode tells of it. others_cores: cores that were busy with something that is no part of this.
func (u usage) figures(count uint64) map[string]any {
	return map[string]any{
		"cpu_us": each(u.server, count), "cpu_redis_us": each(u.redis, count), "cpu_database_us": each(u.database, count),
		"server_cores": round(u.server/u.at, 3),
		"others_cores": round((u.machine-u.server-u.redis-u.database-u.mine)/u.at, 2),
	}
}

func with(figures map[string]any, more map[string]any) map[string]any {
	for name, value := range more {
		figures[name] = value
	}
	return figures
}
