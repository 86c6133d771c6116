package ingest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/warehouse"
)

// theBar is the number of rows from which the ratio counts.
const theBar = 10_000_000

// BenchmarkIngest10M loads a clean CSV of cases beside a bare CREATE TABLE AS SELECT of the same file with the same
// types, three times alternating. Timed on both sides: from the archived file to the committed table. Ours includes the
// checks of required values, enums, ranges and keys, superseding, and the audit row; the copy into the archive with its
// hash and scan is reported beside it. KAMLENS_BENCH_ROWS sets another size.
func BenchmarkIngest10M(b *testing.B) {
	n := theBar
	if s := os.Getenv("KAMLENS_BENCH_ROWS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	dir := b.TempDir()
	path := filepath.Join(dir, "cases.csv")
	size := writeBenchCases(b, path, n)
	b.Logf("%d rows, %d bytes, %d columns", n, size, len(benchColumns))
	for b.Loop() {
		b.ReportMetric(compareLoads(b, dir, path, n), "x_bare")
	}
	if n < theBar {
		b.Logf("%d rows: not the bar", n)
	}
}

var benchColumns = []string{"case_id:VARCHAR", "customer_id:VARCHAR", "kind:VARCHAR", "created_at:TIMESTAMP", "category:VARCHAR",
	"severity:VARCHAR", "channel:VARCHAR", "unit_id:VARCHAR", "first_receiver_id:VARCHAR", "manager_id:VARCHAR",
	"first_response_at:TIMESTAMP", "resolved_at:TIMESTAMP", "closed_at:TIMESTAMP", "source_ref:VARCHAR", "cause:VARCHAR"}

// compareLoads alternates three loads of each kind and returns the ratio of the medians.
func compareLoads(b *testing.B, dir, path string, rows int) float64 {
	b.Helper()
	var ours, bare []time.Duration
	var oursCPU, bareCPU time.Duration
	for round := range 3 {
		o, take, query := loadOurs(b, filepath.Join(dir, fmt.Sprintf("o%d", round)), path, rows)
		r, stmt := loadBare(b, filepath.Join(dir, fmt.Sprintf("b%d", round)), path, rows)
		if round == 0 {
			b.Logf("bare: %s", stmt)
			b.Logf("ours: insert into cases (..., batch_id) select *, 1 from (%s)", query)
		}
		b.Logf("round %d: ours %.2f s (CPU %.2f), bare %.2f s (CPU %.2f); copy, hash and scan %.2f s", round+1, o.wall.Seconds(),
			o.cpu.Seconds(), r.wall.Seconds(), r.cpu.Seconds(), take.Seconds())
		ours, bare = append(ours, o.wall), append(bare, r.wall)
		oursCPU, bareCPU = oursCPU+o.cpu, bareCPU+r.cpu
	}
	slices.Sort(ours)
	slices.Sort(bare)
	ratio := ours[1].Seconds() / bare[1].Seconds()
	b.Logf("ratio of medians: %.2f (limit 1.5); ratio of CPU time: %.2f", ratio, oursCPU.Seconds()/bareCPU.Seconds())
	if rows >= theBar && ratio > 1.5 {
		b.Errorf("loading takes %.2f times the bare load, more than 1.5", ratio)
	}
	return ratio
}

func loadOurs(b *testing.B, dir, path string, rows int) (load span, taken time.Duration, query string) {
	b.Helper()
	s := &site{t: b, dir: dir, yaml: "sources:\n  - {name: x, feed: cases, path: in.csv}\n"}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	c := s.config()
	l := &loader{o: Options{Config: c, Now: testNow}, zone: c.Zone()}
	done, err := l.open(ctx)
	if err != nil {
		b.Fatal(err)
	}
	jobs := []job{{source: c.Sources[0], feed: mustFeed(b, "cases"), path: path}}
	start := time.Now()
	bt := &batch{source: jobs[0].source, feed: jobs[0].feed, format: fileFormat{name: formatCSV, delimiter: ','}}
	bt.file, err = take(ctx, path, c.Dir("tmp"), ',', func(int64) {})
	if err != nil {
		b.Fatal(err)
	}
	taken = time.Since(start)
	if err := bt.prepare(b.Context(), l); err != nil {
		b.Fatal(err)
	}
	query, _ = bt.plan.fastQuery("ARCHIVED", ',')
	conn, err := l.db.SQL().Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	load = measure(b, func() error { return l.fast(ctx, conn, bt) })
	if bt.counts.loaded != int64(rows) {
		b.Fatalf("%d rows loaded", bt.counts.loaded)
	}
	if err := conn.Close(); err != nil {
		b.Fatal(err)
	}
	finish(b, done, dir)
	return load, taken, query
}

func loadBare(b *testing.B, dir, path string, rows int) (span, string) {
	b.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(dir, "bare.duckdb"), warehouse.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var defs []string
	for _, c := range benchColumns {
		name, typ, _ := strings.Cut(c, ":")
		defs = append(defs, fmt.Sprintf("'%s': '%s'", name, typ))
	}
	stmt := "create table cases as select * from read_csv(%s, auto_detect=false, header=true, delim=',', columns={" +
		strings.Join(defs, ", ") + "})"
	stmt = fmt.Sprintf(stmt, warehouse.Literal(path))
	took := measure(b, func() error {
		_, err := db.SQL().ExecContext(ctx, stmt)
		return err
	})
	var n int
	if err := db.SQL().QueryRowContext(ctx, "select count(*) from cases").Scan(&n); err != nil || n != rows {
		b.Fatal(n, err)
	}
	finish(b, db.Close, dir)
	return took, stmt
}

// span is how long something took, on the clock and of all processors.
type span struct{ wall, cpu time.Duration }

func measure(b *testing.B, f func() error) span {
	b.Helper()
	before, start := cpuTime(b), time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return span{wall: time.Since(start), cpu: cpuTime(b) - before}
}

// cpuTime is the processor time of this process so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// finish closes a warehouse and removes its folder, so that the next load finds the disk as this one did.
func finish(b *testing.B, done func() error, dir string) {
	b.Helper()
	if err := done(); err != nil {
		b.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
}

// writeBenchCases writes n cases, the same ones every time, and returns the size in bytes.
func writeBenchCases(b *testing.B, path string, n int) int64 {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for i, c := range benchColumns {
		if i > 0 {
			w.WriteByte(',')
		}
		name, _, _ := strings.Cut(c, ":")
		w.WriteString(name)
	}
	w.WriteByte('\n')
	kinds := []string{"request", "complaint", "fault", "consult", "feedback"}
	sev := []string{"normal", "normal", "high", "urgent"}
	cat := []string{"线路", "账单", "业务办理", "资费", "服务态度", "覆盖"}
	start := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	x := uint64(88172645463325252)
	next := func(m uint64) uint64 { // xorshift: the same file on every machine
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return x % m
	}
	var line []byte
	for i := range n {
		at := start.Add(time.Duration(next(63_000_000)) * time.Second)
		line = fmt.Appendf(line[:0], "GD%010d,KH%06d,%s,", i, next(200_000), kinds[next(5)])
		line = at.AppendFormat(line, time.DateTime)
		line = fmt.Appendf(line, ",%s,%s,电话,U%03d,M%04d,M%04d,", cat[next(6)], sev[next(4)], next(300), next(2000), next(2000))
		at = at.Add(time.Duration(next(40_000)) * time.Second)
		line = append(at.AppendFormat(line, time.DateTime), ',')
		at = at.Add(time.Duration(next(400_000)) * time.Second)
		line = append(at.AppendFormat(line, time.DateTime), ',')
		at = at.Add(time.Duration(next(900_000)) * time.Second)
		line = fmt.Appendf(at.AppendFormat(line, time.DateTime), ",REF%08d,原因%d\n", next(90_000_000), next(50))
		w.Write(line)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
