package ingest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestEnsureSchema_olderLedger: a warehouse of before there were retractions is brought up to date: what was replaced
// is undone by what replaced it. A batch that kept no mapping cannot be replayed, which is said, and nothing changes.
func TestEnsureSchema_olderLedger(t *testing.T) {
	ctx := context.Background()
	s := newSite(t, caseSource)
	if err := os.MkdirAll(filepath.Join(s.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(ctx, s.config().WarehousePath(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().ExecContext(ctx, ledger+`;
		insert into batches select i, 'cases', 'cases', 'in.csv', repeat('a', 64), 'm', 1, 1, 1, 0, 0, 0, 0, timestamp '2026-10-01', if(i = 2, 1, null)
			from range(1, 4) t(i);
		create table assignments (customer_id VARCHAR, manager_id VARCHAR, batch_id BIGINT, superseded_by BIGINT)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := Batches(ctx, s.config(), text.EN)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range list {
		got = append(got, b.Kind+" "+b.State)
	}
	if d := cmp.Diff([]string{"load replaced", "load active", "load active"}, got); d != "" {
		t.Error(d)
	}
	if got := s.query("select count(presumed_until), count(valid_to) from assignments"); got[0] != "0|0" {
		t.Errorf("%v", got)
	}
	_, _, err = s.retract(2, false) // batch 3 would have to be read again, and 1 too
	if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), "kept no mapping of its day") {
		t.Errorf("%v", err)
	}
	if got := s.query("select count(*) from batches"); got[0] != "3" {
		t.Errorf("%v", got)
	}
}
