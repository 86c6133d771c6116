package warehouse_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// F1: a secondary index makes a file un-openable after a crash. The protection is that the product makes none (held by
// the test of the raw tables and of the snapshot) and the same work without one survives.
// Seen to fail: with "create index bill_cust on bill(cust)" added before the checkpoint the reopening fails with
// "Failure while replaying WAL file".
func TestF1_bulkInsertSurvivesCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	crash(t, "bulk", path)
	if n := value[int64](t, open(t, path), "select count(*) from bill"); n != 122881 {
		t.Errorf("%d rows after the crash, want 122881", n)
	}
}

// F2: a primary key rots when a period is deleted and inserted again before a crash: the row is not found by its key
// and can be inserted twice. The product has no keys.
// Seen to fail: with "id bigint primary key" the lookup of id 777 finds 0 rows.
func TestF2_reloadSurvivesCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	crash(t, "reload", path)
	d := open(t, path)
	if n := value[int64](t, d, "select count(*) from t where id = 777"); n != 1 {
		t.Errorf("%d rows with the key after the crash, want 1", n)
	}
	if n := value[int64](t, d, "select count(*) - count(distinct id) from t"); n != 0 {
		t.Errorf("%d keys are double", n)
	}
}

const topN = `select count(*) from (select *, row_number() over (partition by g order by nullif(amt, amt)) rn from s)
	where rn <= 3`

const sharedArms = `select count(*) from (
	select * from t2 left join t0 on true where not ((not t2.c0) and (substring(t0.c1 from -4294967296) <> t0.c1))
	union all
	select * from t2 left join t0 on true where ((not t2.c0) and (substring(t0.c1 from -4294967296) <> t0.c1)) is null)`

// F3 and F4: two optimizers return silently wrong rows. Asked through both ways of opening, on two connections each.
// Seen to fail: without disabled_optimizers in the data source F3 gives 0 and F4 gives 0.
func TestF3F4_optimizersAreOff(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	build(t, path, 1, 1)
	setup := func(d *warehouse.DB) {
		for _, s := range []string{
			"create temp table s as select i id, i % 3 g, (i % 5)::int amt from range(30) r(i)",
			"create temp table t2(c0 boolean)", "insert into t2 values (false)", "create temp table t0(c1 varchar)", "insert into t0 values ('a')",
		} {
			if _, err := d.SQL().Exec(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, opener := range map[string]func(context.Context, string, warehouse.Options) (*warehouse.DB, error){
		"open": warehouse.Open, "snapshot": warehouse.OpenSnapshot,
	} {
		d, err := opener(ctx, path, small)
		if err != nil {
			t.Fatal(err)
		}
		d.SQL().SetMaxOpenConns(1) // TEMP tables belong to one connection
		setup(d)
		if n := value[int64](t, d, topN); n != 9 {
			t.Errorf("%s: F3 gives %d, want 9", name, n)
		}
		if n := value[int64](t, d, sharedArms); n != 1 {
			t.Errorf("%s: F4 gives %d, want 1", name, n)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// F6: a write-ahead log left by a crash is replayed into whatever file lies under the name.
// Seen to fail: without storage_compatibility_version=latest the open succeeds and max(v) is 777.
func TestF6_staleLogIsRefused(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "pub.duckdb"), filepath.Join(dir, "s.duckdb")
	crash(t, "stale", path)
	if _, err := os.Stat(path + ".wal"); err != nil {
		t.Fatalf("the crash left no log: %v", err)
	}
	build(t, other, 3, 1000)
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	d, err := warehouse.Open(context.Background(), path, small)
	if err == nil {
		t.Fatalf("a foreign log was replayed: max(v) = %d", value[int64](t, d, "select max(v) from t"))
	}
}

// F7: the driver caches an instance by path; after a swap by rename it goes on serving the old file.
// Seen to fail: without the comparison of the file's identity in share the second open succeeds and reads v = 1.
func TestF7_replacedFileIsRefused(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a.duckdb"), filepath.Join(dir, "b.duckdb")
	build(t, path, 1, 10)
	build(t, other, 2, 10)
	first, err := warehouse.OpenSnapshot(ctx, path, small)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if second, err := warehouse.OpenSnapshot(ctx, path, small); fault.KindOf(err) != fault.Refused {
		t.Errorf("the replaced file was opened: %v, v = %d", err, value[int64](t, second, "select max(v) from t"))
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := warehouse.OpenSnapshot(ctx, path, small)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if v := value[int64](t, again, "select max(v) from t"); v != 2 {
		t.Errorf("v = %d after the old handle was closed, want 2", v)
	}
}

// TestReopen: closing a handle while a connection is out and opening the same path again hung at full speed until the
// connection came back.
// Seen to fail: with the wait on OpenConnections removed from tryAcquire the open hangs beyond the test's deadline.
func TestReopen_waitsForConnections(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	build(t, path, 1, 10)
	d, err := warehouse.OpenSnapshot(ctx, path, small)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.SQL().Query("select v from t")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if _, err := warehouse.OpenSnapshot(short, path, small); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("with rows still out: %v, want the deadline", err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := warehouse.OpenSnapshot(ctx, path, small)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// F10: spill files hold customer data and stay after a kill; the next open sweeps them, and the folder is its owner's.
// Seen to fail: without the call of Sweep in newSpillDir the files of the dead process stay.
func TestSpill_isSwept(t *testing.T) {
	dir := t.TempDir()
	path, tmp := filepath.Join(dir, "w.duckdb"), filepath.Join(dir, "tmp")
	crash(t, "spill", path)
	left, err := filepath.Glob(filepath.Join(tmp, "spill-*", "*"))
	if err != nil || len(left) == 0 {
		t.Fatalf("the crash left no spill files: %v", err)
	}
	d := open(t, path)
	for _, f := range left {
		if _, err := os.Stat(f); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", f, err)
		}
	}
	info, err := os.Stat(tmp)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("spill folder: %v, %v", info.Mode(), err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
		t.Errorf("after closing: %v, %v", left, err)
	}
}
