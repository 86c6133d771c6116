package transform_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// branch is a place where months are closed: files are loaded, rules change, and the door is asked.
type branch struct {
	t     *testing.T
	dir   string
	lines string // of kamlens.yaml
	asOf  string
	now   time.Time
	snap  string
}

// newBranch lays out a branch; files are loaded with the first run. The rules are the proposed ones.
func newBranch(t *testing.T, lines string, files map[string]string) *branch {
	t.Helper()
	b := &branch{t: t, dir: t.TempDir(), lines: lines, asOf: "2026-11-10", now: time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)}
	b.proposed("", "")
	b.write(files)
	b.run()
	return b
}

// write puts files in place: cases.csv, or cases-2.csv for a second one of the feed. Cells are trimmed.
func (b *branch) write(files map[string]string) {
	b.t.Helper()
	for name, text := range files {
		var lines []string
		for line := range strings.Lines(text) {
			cells := strings.Split(strings.TrimSpace(line), ",")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			lines = append(lines, strings.Join(cells, ","))
		}
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// proposed writes the proposed rules, with one text in them replaced.
func (b *branch) proposed(old, other string) {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "examples", "rules-proposed", "rules.yaml"))
	if err != nil {
		b.t.Fatal(err)
	}
	if old != "" && strings.Count(string(data), old) != 1 {
		b.t.Fatalf("%q is %d times in the proposed rules", old, strings.Count(string(data), old))
	}
	b.write(nil)
	if err := os.WriteFile(filepath.Join(b.dir, "rules.yaml"), []byte(strings.Replace(string(data), old, other, 1)), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// config is read anew every time, as a command does.
func (b *branch) config() config.Config {
	b.t.Helper()
	text := "as_of: " + b.asOf + "\nmemory_limit: 1GB\nthreads: 2\nrules: [rules.yaml]\n" + b.lines + "\nsources:\n"
	for _, f := range []string{"customers", "managers", "assignments", "tier_history", "cases", "case_events", "visits", "duties", "targets",
		"surveys", "calendar_days", "services", "bills", "payments", "cancel_requests"} {
		text += fmt.Sprintf("- {name: %s, feed: %[1]s, path: [%[1]s.csv, %[1]s-*.csv], max_reject_share: 0}\n", f)
	}
	c, err := config.Parse([]byte(text), filepath.Join(b.dir, "kamlens.yaml"))
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// run loads what is new and publishes.
func (b *branch) run() {
	b.t.Helper()
	b.now = b.now.Add(time.Minute)
	b.snap, _ = run(b.t, b.config(), b.now)
}

// load writes files, loads them and publishes.
func (b *branch) load(files map[string]string) {
	b.t.Helper()
	b.write(files)
	b.run()
}

// retract takes the batch of a file back.
func (b *branch) retract(file string) {
	b.t.Helper()
	b.now = b.now.Add(time.Minute)
	list, err := ingest.Batches(b.t.Context(), b.config(), text.EN)
	if err != nil {
		b.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(b ingest.Batch) bool { return filepath.Base(b.File) == file })
	if _, err := ingest.Retract(b.t.Context(), ingest.RetractOptions{Config: b.config(), Batch: list[i].ID, By: "w", ByName: "W", Reason: "wrong",
		Now: b.now, Lang: text.EN, Out: &bytes.Buffer{}}); err != nil {
		b.t.Fatal(err)
	}
}

// freeze closes a period as it is published. The next run shows it as closed.
func (b *branch) freeze(period string) {
	b.t.Helper()
	p, err := calendar.ParsePeriod(period)
	if err != nil {
		b.t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	f, err := transform.PlanFreeze(b.t.Context(), transform.FreezeOptions{Config: b.config(), Period: p, Snapshot: b.snap, Version: "test",
		Now: b.now, Despite: true})
	if err != nil {
		b.t.Fatal(err)
	}
	folder, err := f.Write(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	act := frozen.Act{By: "hr", Name: "HR", At: b.now.Format(time.DateTime)}
	if err := f.Keep(folder, act, act); err != nil {
		b.t.Fatal(err)
	}
}

// decide writes a decision of a civil time in the journal.
func (b *branch) decide(at, who, kind, subject string, payload map[string]string) {
	b.t.Helper()
	now, err := time.ParseInLocation(time.DateTime, at, b.config().Zone())
	if err != nil {
		b.t.Fatal(err)
	}
	desk := decision.NewDesk(b.config(), nil, func() time.Time { return now })
	if _, err := desk.Record(people.Person{ID: who}, kind, subject, "because", payload); err != nil {
		b.t.Fatal(err)
	}
}

// door asks the published snapshot.
func (b *branch) door(f func(*kpi.Door)) {
	b.t.Helper()
	door, err := kpi.Open(b.t.Context(), b.snap, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		b.t.Fatal(err)
	}
	f(door)
	if err := door.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// answer is what the door says about the company.
func (b *branch) answer(id, period string) (a kpi.Answer) {
	b.t.Helper()
	p, err := calendar.ParsePeriod(period)
	if err != nil {
		b.t.Fatal(err)
	}
	b.door(func(d *kpi.Door) {
		answers, err := d.Query(b.t.Context(), kpi.Everything(), kpi.Question{KPIs: []string{id}, Period: p})
		if err != nil {
			b.t.Fatal(err)
		}
		a = answers[0]
	})
	return a
}

// rows are the rows of a measure as the snapshot has them: subject, day that counts, own day, num, den, why not.
func (b *branch) rows(view string) []string {
	b.t.Helper()
	db, err := warehouse.OpenSnapshot(b.t.Context(), b.snap, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		b.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.SQL().Query(`select concat_ws(' ', subject_id, anchor_on, original_on, coalesce(cast(num as varchar), '-'),
		coalesce(cast(den as varchar), '-'), excluded_reason) from ` + view + ` where subject_kind <> 'customer_month' order by 1`)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	list := []string{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			b.t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return list
}

// parts are all that is closed.
func (b *branch) parts() []frozen.Part {
	b.t.Helper()
	c := b.config()
	entries, err := archive.At(c.Dir("archive")).Entries()
	if err != nil {
		b.t.Fatal(err)
	}
	parts, err := frozen.Load(c.Dir("frozen"), entries)
	if err != nil {
		b.t.Fatal(err)
	}
	return parts
}

// diff compares the first part of a period, or that with the given number.
func (b *branch) diff(period string, part int, ids ...string) []transform.MeasureDiff {
	b.t.Helper()
	c := b.config()
	entries, err := archive.At(c.Dir("archive")).Entries()
	if err != nil {
		b.t.Fatal(err)
	}
	list, err := transform.Diff(b.t.Context(), transform.DiffOptions{Config: c, Part: frozen.Parts(b.parts(), period)[part-1], Entries: entries,
		KPIs: ids, Now: b.now, Replay: func(ctx context.Context, then config.Config, known []archive.Entry) error {
			_, err := ingest.Rebuild(ctx, ingest.RebuildOptions{Config: then, Archive: c.Dir("archive"), Entries: known, Lang: text.EN, Out: &bytes.Buffer{}})
			return err
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	addUp(b.t, list)
	return list
}

// causes are the differing subjects of a diff with their cause, num and den: "B1 W1 late - -> 1/1".
func causes(list []transform.MeasureDiff) []string {
	lines := []string{}
	for _, m := range list {
		for _, r := range m.Rows {
			lines = append(lines, fmt.Sprintf("%s %s %s %s -> %s", m.KPI, r.Subject, r.Cause, sideText(r.Old), sideText(r.New)))
		}
	}
	return lines
}

func sideText(s *transform.Side) string {
	if s == nil {
		return "none"
	}
	text := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	return strings.TrimSpace(text(s.Num) + "/" + text(s.Den) + " " + s.Excluded)
}

// addUp: the causes come to the difference of the measure, numerator and denominator.
func addUp(t *testing.T, list []transform.MeasureDiff) {
	t.Helper()
	of := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	for _, m := range list {
		var num, den int64
		for _, c := range m.Causes {
			num, den = num+c.Num, den+c.Den
		}
		if num != of(m.Rerun.Num)-of(m.Frozen.Num) || den != of(m.Rerun.Den)-of(m.Frozen.Den) {
			t.Errorf("%s: the causes come to %d/%d, the measure differs by %d/%d", m.KPI, num, den,
				of(m.Rerun.Num)-of(m.Frozen.Num), of(m.Rerun.Den)-of(m.Frozen.Den))
		}
	}
}

// staff is a company of one manager and customers that he owns all year, all of tier 2.
func staff(customers ...string) map[string]string {
	files := map[string]string{"customers.csv": "customer_id,name,valid_from", "assignments.csv": "customer_id,manager_id,valid_from",
		"tier_history.csv": "customer_id,effective_from,tier", "managers.csv": "manager_id,name,team\nM1,甲,一组\nM2,乙,二组"}
	for _, c := range customers {
		files["customers.csv"] += "\n" + c + "," + c + "公司,2026-01-01"
		files["assignments.csv"] += "\n" + c + ",M1,2026-01-01"
		files["tier_history.csv"] += "\n" + c + ",2026-01-01,2"
	}
	return files
}

// with adds files to others.
func with(files map[string]string, more map[string]string) map[string]string {
	out := maps.Clone(files)
	maps.Copy(out, more)
	return out
}
