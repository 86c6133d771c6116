package warehouse_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// small keeps the tests' files within a small part of the machine.
var small = warehouse.Options{MemoryLimit: "512MB", Threads: 2}

// crashes are pieces of work that a child process does and then dies in, without closing anything.
var crashes = map[string]func(path string) error{
	"bulk":   func(path string) error { return write(path, bulk...) },
	"reload": func(path string) error { return write(path, reload...) },
	"stale": func(path string) error {
		return write(path, "create table t(v int)", "checkpoint", "insert into t select 777 from range(500)")
	},
	"spill": func(path string) error {
		return write(path, "create table t as select range as i, random()::varchar || range as s from range(1500000)",
			"set memory_limit = '50MB'", "create temp table u as select * from t order by s")
	},
	"hold": func(path string) error {
		_, err := warehouse.Acquire(filepath.Dir(path), "kamlens run", time.UTC)
		if err == nil {
			fmt.Println("held")
			time.Sleep(time.Minute)
		}
		return err
	},
}

var (
	bulk = []string{
		"create table bill(amount double, cust varchar)", "checkpoint", "insert into bill select n/100.0, 'C'||n from range(122880) g(n)", "insert into bill values (1.5, 'single')",
	}
	reload = []string{
		"create table t(id bigint, mon int, v varchar)",
		"insert into t select i, 202601, 'a'||i from range(200000) r(i)", "checkpoint",
		"begin; delete from t where mon = 202601; insert into t select i, 202601, 'b'||i from range(200000) r(i); commit",
	}
)

// write works through the product's own open, on one connection, and leaves the file open.
func write(path string, statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	d, err := warehouse.Open(context.Background(), path, small)
	if err != nil {
		return err
	}
	if _, err := d.SQL().Exec("set checkpoint_threshold = '100GB'"); err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := d.SQL().Exec(s); err != nil {
			return err
		}
	}
	return nil
}

func TestMain(m *testing.M) {
	if work, ok := crashes[os.Getenv("CRASH")]; ok {
		if err := work(os.Getenv("CRASH_PATH")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0) // without Close: as a killed process leaves it
	}
	goleak.VerifyTestMain(m)
}

func crash(t *testing.T, work, path string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "CRASH="+work, "CRASH_PATH="+path)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", work, err, out)
	}
}

func open(t *testing.T, path string) *warehouse.DB {
	t.Helper()
	d, err := warehouse.Open(context.Background(), path, small)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func value[T any](t *testing.T, d *warehouse.DB, query string) T {
	t.Helper()
	var v T
	if err := d.SQL().QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// build makes a sealed snapshot holding the given value n times.
func build(t *testing.T, path string, v, n int) {
	t.Helper()
	d := open(t, path)
	if _, err := d.SQL().Exec(fmt.Sprintf("create table t as select %d::int as v from range(%d)", v, n)); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := warehouse.Seal(context.Background(), path, small); err != nil {
		t.Fatal(err)
	}
}

func TestNewSnapshotPath_isNeverReused(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	seen := map[string]bool{}
	for range 1000 {
		p := warehouse.NewSnapshotPath("d", now)
		if seen[p] {
			t.Fatalf("%s twice", p)
		}
		seen[p] = true
	}
	if a, b := warehouse.NewSnapshotPath("d", now), warehouse.NewSnapshotPath("d", now.Add(time.Second)); a >= b {
		t.Errorf("%s does not sort before %s", a, b)
	}
}

func TestOpenSnapshot_sharesOneHandle(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	build(t, path, 1, 10)
	a, errA := warehouse.OpenSnapshot(ctx, path, small)
	b, errB := warehouse.OpenSnapshot(ctx, path, small)
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	if a.SQL() != b.SQL() {
		t.Error("two handles of one path")
	}
	if err := errors.Join(a.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	if n := value[int64](t, b, "select count(*) from t"); n != 10 {
		t.Error("the handle was closed under its second user")
	}
	if _, err := warehouse.Open(ctx, path, small); fault.KindOf(err) != fault.Busy {
		t.Errorf("opened for writing beside a reader: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOpenSnapshot_lockedDown: nothing outside the file can be reached and no setting changed.
func TestOpenSnapshot_lockedDown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	build(t, path, 1, 10)
	d, err := warehouse.OpenSnapshot(context.Background(), path, small)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, q := range []string{
		"select * from read_csv('/etc/passwd')", "select * from read_text('/etc/hostname')", "select * from glob('/*')",
		"copy t to '/tmp/out.csv'", "attach '/tmp/other.duckdb'", "export database '/tmp/exported'", "select * from '/etc/passwd'",
		"install httpfs", "load httpfs", "set enable_external_access = true", "set memory_limit = '1TB'",
		"set disabled_optimizers = ''", "reset lock_configuration", "pragma memory_limit='1TB'", "insert into t values (1)",
		"create table u(i int)", "drop table t",
	} {
		if _, err := d.SQL().Exec(q); err == nil {
			t.Errorf("%s was allowed", q)
		}
	}
}

func TestAcquire_namesTheHolder(t *testing.T) {
	dir := t.TempDir()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "CRASH=hold", "CRASH_PATH="+filepath.Join(dir, "x"))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	_, err = warehouse.Acquire(dir, "kamlens ingest", time.UTC)
	if fault.KindOf(err) != fault.Busy || !strings.Contains(err.Error(), fmt.Sprint(c.Process.Pid)) || !strings.Contains(err.Error(), "kamlens run") {
		t.Errorf("err = %v, want the holder's pid and command", err)
	}
	h, held := warehouse.Held(dir)
	if !held || h.PID != c.Process.Pid || h.Since.IsZero() {
		t.Errorf("Held = %+v, %v", h, held)
	}
	east := time.FixedZone("east", 8*60*60)
	if _, err = warehouse.Acquire(dir, "kamlens ingest", east); !strings.Contains(err.Error(), h.Since.In(east).Format(time.DateTime)) {
		t.Errorf("err = %v, want the time of the zone that was asked for", err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // killed
	l, err := warehouse.Acquire(dir, "kamlens ingest", time.UTC)
	if err != nil {
		t.Fatalf("the lock of a dead process holds: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if _, held := warehouse.Held(dir); held {
		t.Error("held after its release")
	}
}

// TestSeal_refusesDamage: a file whose blocks were damaged after building is not sealed.
func TestSeal_refusesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	build(t, path, 1, 200000)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 3 * 4096; i < len(data); i += 1 << 12 {
		data[i] ^= 0xff
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := warehouse.Seal(context.Background(), path, small); err == nil {
		t.Error("a damaged file was sealed")
	}
}

func TestAppend(t *testing.T) {
	ctx := context.Background()
	d := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	conn, err := d.SQL().Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "create table t(d date, n bigint, s varchar, b boolean)"); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	n, err := warehouse.Append(ctx, conn, "t", slices.Values([][]driver.Value{{day, int64(7), "甲", true}, {nil, nil, nil, nil}}))
	if err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	var got string
	if err := conn.QueryRowContext(ctx, "select string_agg(coalesce(t::varchar, ''), ';') from t").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "{'d': 2026-10-01, 'n': 7, 's': 甲, 'b': true};{'d': NULL, 'n': NULL, 's': NULL, 'b': NULL}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
