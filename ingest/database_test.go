package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// The tables of the tests, by engine: the same rows, an instant and a civil time among the columns.
var ticketTables = map[string][]string{
	"postgres": {
		"create table tickets (id bigint, customer varchar(20), kind text, opened timestamp, closed timestamptz, minutes int, test boolean, note text, changed timestamptz)",
		`insert into tickets values (1, 'C1', 'fault', '2026-10-01 08:00:00', '2026-10-01 02:00:00+00', 5, true, E'a "b", c\nd', '2026-10-01 00:00:00+00')`,
		"insert into tickets (id, customer, kind, opened, test, note, changed) values (2, '客户二', '需求', '2026-10-02 09:30:15', false, '', '2026-10-02 00:00:00+00')",
		"insert into tickets (id, customer, kind, opened, minutes) values (3, 'C3', 'x', '2026-10-03 10:00:00', 7)",
	},
	"mysql": {
		"create table tickets (id bigint, customer varchar(20), kind text, opened datetime(6), closed timestamp null, minutes int, test boolean, note text, changed timestamp(3) null) character set utf8mb4",
		"set time_zone = '+00:00'",
		`insert into tickets values (1, 'C1', 'fault', '2026-10-01 08:00:00', '2026-10-01 02:00:00', 5, true, 'a "b", c\nd', '2026-10-01 00:00:00')`,
		"insert into tickets (id, customer, kind, opened, test, note, changed) values (2, '客户二', '需求', '2026-10-02 09:30:15', false, '', '2026-10-02 00:00:00')",
		"insert into tickets (id, customer, kind, opened, minutes) values (3, 'C3', 'x', '2026-10-03 10:00:00', 7)",
	},
}

const ticketSource = `
  - name: crm
    feed: cases
    database:
      connection: ${KAMLENS_TEST_DATABASE}
      query: select * from tickets;
      %
    columns: {case_id: id, customer_id: customer, created_at: opened, closed_at: closed, excluded_minutes: minutes, is_test: test, category: note, updated_at: changed}
`

// TestDatabase runs against every real server that is installed.
func TestDatabase(t *testing.T) {
	for name, start := range map[string]func(testing.TB) server{"postgresql": startPostgres, "mariadb": startMariaDB} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			t.Run("watermark", func(t *testing.T) { databaseWatermark(t, s) })
			t.Run("key", func(t *testing.T) { databaseKey(t, s) })
			t.Run("oneInstant", func(t *testing.T) { databaseOneInstant(t, s) })
			t.Run("refuses", func(t *testing.T) { databaseRefuses(t, s) })
			t.Run("rebuilt", func(t *testing.T) { databaseRebuilt(t, s) })
			t.Run("killed", func(t *testing.T) { databaseKilled(t, s) })
		})
	}
}

func ticketSite(t *testing.T, s server, order string) *site {
	t.Helper()
	s.exec(t, "drop table if exists tickets")
	s.exec(t, ticketTables[s.engine]...)
	t.Setenv("KAMLENS_TEST_DATABASE", s.url)
	return newSite(t, strings.Replace(ticketSource, "%", order, 1))
}

// databaseWatermark: the first load takes everything, with rejects as for a file; the next takes what is new and
// what stands at the watermark; a load that finds nothing new is skipped. The watermark is in the batch.
func databaseWatermark(t *testing.T, s server) {
	t.Helper()
	at := ticketSite(t, s, "watermark: changed")
	if r, out, err := at.run(Options{DryRun: true}); err != nil || r[0].Read != 3 {
		t.Fatalf("dry run: %v %s", err, out)
	}
	r := at.must(Options{})
	if r[0].Read != 3 || r[0].Loaded != 2 || r[0].Rejected != 1 || r[0].WatermarkFrom != "" || !strings.HasPrefix(r[0].WatermarkTo, "2026-10-02 00:00:00") {
		t.Errorf("%+v", r[0])
	}
	query := "select case_id, customer_id, kind, created_at, closed_at, excluded_minutes, is_test, category, batch_id from cases where superseded_by is null order by 1"
	want := []string{"1|C1|fault|2026-10-01 08:00:00|2026-10-01 10:00:00|5|true|a \"b\", c\nd|1",
		"2|客户二|request|2026-10-02 09:30:15|-|-|false|-|1"}
	if d := cmp.Diff(want, at.query(query)); d != "" {
		t.Error(d)
	}
	if r := at.must(Options{}); r[0].Loaded != 0 || r[0].Unchanged != 1 || r[0].WatermarkFrom == "" {
		t.Errorf("nothing new: %+v", r[0])
	}
	if r := at.must(Options{}); !r[0].Skipped {
		t.Errorf("nothing new again: %+v", r[0])
	}
	s.exec(t, "update tickets set minutes = 6, changed = '2026-10-04 00:00:00' where id = 1",
		"insert into tickets (id, customer, kind, opened, changed) values (4, 'C4', 'fault', '2026-10-04 08:00:00', '2026-10-02 00:00:00')")
	r = at.must(Options{})
	if r[0].Loaded != 2 || r[0].Superseded != 1 || r[0].Read != 4 { // 1, 2 (at the watermark), 3 (has none), 4
		t.Errorf("second load: %+v", r[0])
	}
	marks := at.query("select batch_id, watermark_from[:10], watermark_to[:10], file from batches order by 1")
	if d := cmp.Diff([]string{"1|-|2026-10-02|database:crm", "2|2026-10-02|2026-10-02|database:crm", "3|2026-10-02|2026-10-04|database:crm"}, marks); d != "" {
		t.Error(d)
	}
	at.yaml = strings.Replace(at.yaml, "watermark: changed", "watermark: changed\n      lookback: 72h", 1)
	s.exec(t, "insert into tickets (id, customer, kind, opened, changed) values (5, 'C5', 'fault', '2026-10-04 08:00:00', '2026-10-01 12:00:00')")
	if r = at.must(Options{}); r[0].Loaded != 1 {
		t.Errorf("committed late: %+v", r[0])
	}
}

// databaseRebuilt: a warehouse that was made again from the archive goes on reading where the one before was, nothing twice
// and nothing lost; also where the last reading was taken back, which gives its watermark back.
func databaseRebuilt(t *testing.T, s server) {
	t.Helper()
	at := ticketSite(t, s, "watermark: changed")
	at.yaml = strings.Replace(at.yaml, "from tickets;", "from tickets where changed is not null;", 1)
	at.must(Options{}) // 1 and 2
	s.exec(t, "insert into tickets (id, customer, kind, opened, changed) values (4, 'C4', 'fault', '2026-10-04 08:00:00', '2026-10-04 00:00:00')")
	at.must(Options{}) // 2 again, which stands at the watermark, and 4
	at.mustRebuild()
	s.exec(t, "insert into tickets (id, customer, kind, opened, changed) values (5, 'C5', 'fault', '2026-10-05 08:00:00', '2026-10-04 00:00:00')",
		"insert into tickets (id, customer, kind, opened, changed) values (6, 'C6', 'fault', '2026-10-06 08:00:00', '2026-10-06 00:00:00')",
		"update tickets set minutes = 9 where id = 1") // without moving its mark: nobody looks before the watermark
	r := at.must(Options{})
	if r[0].Read != 3 || r[0].Loaded != 2 || r[0].Unchanged != 1 || !strings.HasPrefix(r[0].WatermarkFrom, "2026-10-04") {
		t.Errorf("after the rebuild: %+v", r[0]) // 4 again, 5 and 6
	}
	query := "select case_id, excluded_minutes, count(*) from cases where superseded_by is null group by all order by 1"
	want := []string{"1|5|1", "2|-|1", "4|-|1", "5|-|1", "6|-|1"}
	if d := cmp.Diff(want, at.query(query)); d != "" {
		t.Error(d)
	}

	at.mustRetract(3)
	at.mustRebuild()
	s.exec(t, "update tickets set minutes = 8 where id = 6") // the same rows again would stay taken back
	want[4] = "6|8|1"
	r = at.must(Options{})
	if r[0].Read != 3 || r[0].Loaded != 2 || !strings.HasPrefix(r[0].WatermarkFrom, "2026-10-04") {
		t.Errorf("after the retraction and another rebuild: %+v", r[0])
	}
	if d := cmp.Diff(want, at.query(query)); d != "" {
		t.Error(d)
	}
}

// databaseKey: every load reads all rows; a table that has come back to what it was is loaded again.
func databaseKey(t *testing.T, s server) {
	t.Helper()
	at := ticketSite(t, s, "key: id")
	at.yaml = strings.Replace(at.yaml, ", updated_at: changed", "", 1)
	at.must(Options{})
	for _, tc := range []struct {
		do   string
		want string
	}{
		{"update tickets set minutes = 6 where id = 1", "1|6"},
		{"update tickets set minutes = 5 where id = 1", "1|5"},
	} {
		s.exec(t, tc.do)
		at.must(Options{})
		if got := at.query("select case_id, excluded_minutes from cases where superseded_by is null order by 1"); got[0] != tc.want {
			t.Errorf("after %q: %v", tc.do, got)
		}
	}
	if r := at.must(Options{}); !r[0].Skipped {
		t.Errorf("nothing changed: %+v", r[0])
	}
	// The archive alone gives the same rows.
	sha := at.query("select sha256 from batches order by batch_id desc limit 1")[0]
	again := newSite(t, strings.TrimPrefix(at.yaml, "sources:\n"))
	again.must(Options{Sources: []string{"crm"}, File: filepath.Join(at.dir, "data", "archive", sha[:2], sha)})
	query := "select * exclude (batch_id, superseded_by) from cases where superseded_by is null order by case_id"
	if d := cmp.Diff(at.query(query), again.query(query)); d != "" {
		t.Error(d)
	}
}

// databaseOneInstant: what is committed while the rows are read is not seen.
func databaseOneInstant(t *testing.T, s server) {
	t.Helper()
	at := ticketSite(t, s, "watermark: changed")
	c := at.config()
	loc, err := Options{Config: c}.locate(c.Sources[0])
	if err != nil {
		t.Fatal(err)
	}
	p := &pull{source: c.Sources[0], zone: c.Zone(), at: loc}
	db, err := p.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	query, args, err := p.query(t.Context(), db) // finds the highest watermark
	if err != nil {
		t.Fatal(err)
	}
	s.exec(t, "insert into tickets (id, customer, kind, opened, changed) values (9, 'C9', 'fault', '2026-10-04 08:00:00', '2026-10-09 00:00:00')",
		"delete from tickets where id = 1")
	rows, err := db.rows(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	var ids string
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		ids += string(row[0])
	}
	if err := rows.Close(); err != nil || len(ids) != 3 || strings.Contains(ids, "9") {
		t.Errorf("rows %s, %v; want those of the beginning", ids, err)
	}
	if bad, err := db.rows(t.Context(), "delete from tickets"); err == nil {
		if _, err = bad.Next(); err == nil || errors.Is(err, io.EOF) {
			t.Error("the transaction can write")
		}
	}
}

// databaseRefuses: what cannot be read is refused with a message that never shows the password.
func databaseRefuses(t *testing.T, s server) {
	t.Helper()
	ok := ticketSite(t, s, "key: id")
	for name, tc := range map[string]struct{ url, query, en string }{
		"password": {strings.Replace(s.url, "%271", "%27WRONG", 1), "", "failed"},
		"nobody":   {strings.Replace(s.url, "127.0.0.1:", "127.0.0.1:1", 1), "", "cannot be read|failed"},
		"query":    {s.url, "select nothing from tickets", "nothing"},
		"column":   {s.url, map[string]string{"postgres": "select id, '{1}'::int[] as list from tickets", "mysql": "select id, x'00ff' as list from tickets"}[s.engine], "column list is of type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("KAMLENS_TEST_DATABASE", tc.url)
			at := newSite(t, strings.TrimPrefix(ok.yaml, "sources:\n"))
			if tc.query != "" {
				at.yaml = strings.Replace(at.yaml, "select * from tickets;", "\""+tc.query+"\"", 1)
			}
			_, out, err := at.run(Options{})
			said := out + " " + err.Error()
			found := false
			for want := range strings.SplitSeq(tc.en, "|") {
				found = found || strings.Contains(said, want)
			}
			if k := fault.KindOf(err); k != fault.Refused && k != fault.Usage || !found {
				t.Errorf("%v\n%s", err, out)
			}
			for _, secret := range []string{serverPassword, "p:w", "p%3Aw", "WRONG"} {
				if strings.Contains(said, secret) {
					t.Errorf("the message shows the password: %s", said)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(at.dir, "data", "tmp", "arrived-*")); len(left) > 0 {
				t.Error(left)
			}
		})
	}
}

// TestDatabase_unset: a connection that is not there is a mistake of usage.
func TestDatabase_unset(t *testing.T) {
	for _, value := range []string{"", "host=1 password=x", "oracle://u:secret@h/x", "postgres://u:sec%zzret@h/x"} {
		t.Setenv("KAMLENS_TEST_DATABASE", value)
		s := newSite(t, strings.Replace(ticketSource, "%", "key: id", 1))
		_, _, err := s.run(Options{})
		if fault.KindOf(err) != fault.Usage || strings.Contains(err.Error(), "sec") || fault.Text(text.ZH, err) == fault.Text(text.EN, err) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// databaseKilled: a load killed while it reads has loaded nothing, and is simply done again; the next takes only what
// came since. KAMLENS_DATABASE_ROWS sets the number of rows.
func databaseKilled(t *testing.T, s server) {
	t.Helper()
	n := 300_000
	if text := os.Getenv("KAMLENS_DATABASE_ROWS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	view := map[string]string{
		"postgres": "create or replace view many as select 'K' || i as case_id, 'C' || i %% 100 as customer_id, 'fault' as kind, timestamp '2026-10-01' as created_at, i as n from generate_series(1, %d) i",
		"mysql":    "create or replace view many as select concat('K', seq) as case_id, concat('C', seq %% 100) as customer_id, 'fault' as kind, timestamp('2026-10-01') as created_at, seq as n from seq_1_to_%d",
	}[s.engine]
	s.exec(t, fmt.Sprintf(view, n))
	t.Setenv("KAMLENS_TEST_DATABASE", s.url)
	at := newSite(t, "  - {name: crm, feed: cases, database: {connection: '${KAMLENS_TEST_DATABASE}', watermark: n, query: select * from many}}\n")
	load := func() *exec.Cmd {
		return exec.Command(os.Args[0], "load", at.write("kamlens.yaml", at.yaml))
	}
	c := load()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitForRows(t, filepath.Join(at.dir, "data", "tmp", "arrived-*"))
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil {
		t.Fatal("it was done before it could be killed")
	}
	if got := at.query("select (select count(*) from batches), (select count(*) from cases)"); got[0] != "0|0" {
		t.Fatalf("after the kill: %v", got)
	}
	for _, rows := range []int{n, n + 1000} {
		s.exec(t, fmt.Sprintf(view, rows))
		c, start := load(), time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
		t.Logf("%d rows: %.1f s, at most %d MiB resident %v", rows, time.Since(start).Seconds(), usage.Maxrss>>10, ok)
		want := fmt.Sprintf("%[1]d|%[1]d|%[1]d", rows)
		if got := at.query("select count(*), count(distinct case_id), (select arg_max(watermark_to, batch_id) from batches) from cases"); got[0] != want {
			t.Errorf("rows: %v, want %s", got, want)
		}
	}
	if got := at.query("select rows_read, rows_loaded, rows_unchanged from batches order by batch_id desc limit 1"); got[0] != "1001|1000|1" {
		t.Errorf("second load: %v", got)
	}
	if left, _ := filepath.Glob(filepath.Join(at.dir, "data", "tmp", "*-*")); len(left) > 0 {
		t.Error(left)
	}
}

func waitForRows(t *testing.T, pattern string) {
	t.Helper()
	for range 2000 {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			if info, err := os.Stat(found[0]); err == nil && info.Size() > 0 {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("nothing is being read")
}

// loadFor is the child process that is killed.
func loadFor(path string) error {
	c, err := config.Load(path)
	if err != nil {
		return err
	}
	_, err = Run(context.Background(), Options{Config: c, Now: testNow, Lang: text.EN, Out: os.Stderr})
	return err
}

// TestStepBack: where a later reading starts.
func TestStepBack(t *testing.T) {
	for _, tc := range []struct {
		mark, lookback string
		want           any
	}{
		{"42", "", int64(42)}, {"42", "10", int64(32)}, {"2026-10-01", "24h", "2026-09-30"},
		{"2026-10-01 00:10:00.5+00", "15m", "2026-09-30 23:55:00.5Z"}, {"2026-10-01 00:10:00", "", "2026-10-01 00:10:00"},
		{"2026-10-01 00:10:00", "15m", "2026-09-30 23:55:00"}, {"2026-10-01 00:10:00", "10", nil}, {"42", "10m", nil}, {"abc", "1m", nil},
	} {
		got, err := stepBack(tc.mark, tc.lookback)
		if got != tc.want || (err == nil) != (tc.want != nil) {
			t.Errorf("%s back %s: %v %v", tc.mark, tc.lookback, got, err)
		}
	}
}
