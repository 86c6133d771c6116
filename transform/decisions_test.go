package transform_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestDecisions_tiers: a list of tiers that knows no approvals stays as good as it was when one tier is approved here; the
// approved one counts from its approval, however early it takes effect.
func TestDecisions_tiers(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"customers.csv": "customer_id,name\nC1,甲公司\nC2,乙公司\n",
		"tiers.csv":     "customer_id,effective_from,tier\nC1,2026-01-01,3\nC2,2026-01-01,4\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Parse([]byte("as_of: 2026-12-01\ntiering: [{from: 2026-Q3, by: kamlens}]\nsources:\n- {name: c, feed: customers, path: customers.csv}\n- {name: t, feed: tier_history, path: tiers.csv}\n"),
		filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 10, 2, 0, 0, 0, time.UTC)
	desk := decision.NewDesk(c, nil, func() time.Time { return now })
	for _, step := range []struct {
		who, kind string
		payload   map[string]string
	}{
		{"bo", "tier.propose", map[string]string{"tier": "1", "effective_from": "2026-07-01"}}, {"rita", "tier.review", nil}, {"max", "tier.approve", nil},
	} {
		if _, err := desk.Record(people.Person{ID: step.who}, step.kind, "C1", "because", step.payload); err != nil {
			t.Fatal(err)
		}
	}
	snapshot, _ := run(t, c, now.AddDate(0, 1, 0))
	db, err := warehouse.OpenSnapshot(t.Context(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.SQL().Query(`select customer_id || ' ' || cast(valid_from as varchar) || ' ' || coalesce(cast(tier as varchar), '-')
		from dim_accounts where customer_id is not null`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"C1 1900-01-01 -", "C1 2026-01-01 3", "C1 2026-11-10 1", "C2 1900-01-01 -", "C2 2026-01-01 4"}, got); diff != "" {
		t.Error(diff)
	}
	var unapproved int
	if err := db.SQL().QueryRow("select bad_rows from check_results where name = 'tier_unapproved'").Scan(&unapproved); err != nil || unapproved != 0 {
		t.Errorf("%d tiers are told to be unapproved (%v)", unapproved, err)
	}
}
