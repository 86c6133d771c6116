package transform

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// What became of the data since a closing is told by two warehouses: that of then, made again from the archive, and that
// of now. Every key whose current row differs has one cause. The steps of the data are warehouses in which one cause
// after the other has its effect: the keys of the causes so far have their rows of now, all others those of then. The last
// of them is the warehouse of now itself.

// dataCauses are the causes that come with the data, in the order of the steps. A subject that a late fact makes is there
// in no step before that of the late facts, so the order matters only to rows that several causes change.
func dataCauses() []Cause {
	return []Cause{Merge, LateFact, Correction, Decision, Dispute, Retraction, RuleChange, CalendarOf}
}

// dataStep is a warehouse and the cause that has its effect in it and in none before.
type dataStep struct {
	cause     Cause
	warehouse string // path
}

// The tables in which the keys that differ are found.
const (
	ownKeys = "kl_own" // subject, cause: of every key that names a subject
	wasRaw  = "kl_was.main."
	nowRaw  = "kl_now.main."
)

// changedKeys is the table of the keys of a feed that differ, with the place of their cause in dataCauses.
func changedKeys(f feed.Feed) string { return warehouse.Quote("kl_changed_" + f.Name) }

// dataSteps finds what differs between the warehouse of then and that of now, and makes the warehouses between.
func (d *differ) dataSteps(ctx context.Context, then string) ([]dataStep, error) {
	feeds := d.feedsSince()
	d.compared = true
	statements := []string{
		"attach " + warehouse.Literal(then) + " as kl_was (read_only)",
		"attach " + warehouse.Literal(d.o.Config.WarehousePath()) + " as kl_now (read_only)",
	}
	ranks := []string{"select cast(null as integer) as rank where false"}
	for _, f := range feeds {
		statements = append(statements, d.compare(f))
		ranks = append(ranks, "select rank from "+changedKeys(f))
	}
	if err := d.exec(ctx, append(statements, d.ownSubjects(feeds))...); err != nil {
		return nil, err
	}
	present, err := d.ints(ctx, "select distinct rank from ("+strings.Join(ranks, " union all ")+") order by rank")
	if err != nil {
		return nil, err
	}
	var steps []dataStep
	for i := range present {
		s := dataStep{dataCauses()[present[i]], d.o.Config.WarehousePath()}
		if i < len(present)-1 {
			s.warehouse = filepath.Join(d.dir, fmt.Sprintf("between%d.duckdb", i))
			if err := d.mix(ctx, s.warehouse, feeds, present[:i+1]); err != nil {
				return nil, err
			}
		}
		steps = append(steps, s)
	}
	if len(steps) == 0 {
		steps = []dataStep{{Correction, d.o.Config.WarehousePath()}}
	}
	return steps, d.exec(ctx, "detach kl_was", "detach kl_now")
}

// feedsSince are the feeds that batches after the closing are about.
func (d *differ) feedsSince() (list []feed.Feed) {
	for _, e := range d.o.Entries[len(d.known):] {
		if e.Batch == nil || slices.ContainsFunc(list, func(f feed.Feed) bool { return f.Name == e.Batch.Feed }) {
			continue
		}
		if f, ok := feed.Get(e.Batch.Feed); ok {
			list = append(list, f)
		}
	}
	return list
}

// compare makes the table of the keys of a feed that differ. Rows that hold from a day on change together (the old owner's
// ends where the new one's begins), so those of a customer, or whomever the feed is about, share the first of their causes.
func (d *differ) compare(f feed.Feed) string {
	var keys, on, differ []string
	for _, k := range f.Key {
		keys = append(keys, fmt.Sprintf("coalesce(n.%[1]s, w.%[1]s) as %[1]s", warehouse.Quote(k)))
		on = append(on, fmt.Sprintf("w.%[1]s is not distinct from n.%[1]s", warehouse.Quote(k)))
	}
	for _, c := range f.Columns {
		differ = append(differ, fmt.Sprintf("w.%[1]s is distinct from n.%[1]s", warehouse.Quote(c.Name)))
	}
	rank := "rank"
	if f.From != "" {
		rank = "min(rank) over (partition by " + warehouse.Quote(f.Key[0]) + ")"
	}
	current := func(catalog string) string {
		return "(select * from " + catalog + warehouse.Quote(f.Name) + " where superseded_by is null)"
	}
	return fmt.Sprintf(`create temp table %s as select * replace (%s as rank) from (
		select %s, %s as rank from %s w full join %s n on %s
		where w.batch_id is null or n.batch_id is null or %s) where rank is not null`, changedKeys(f), rank, strings.Join(keys, ", "), d.rank(f),
		current(wasRaw), current(nowRaw), strings.Join(on, " and "), strings.Join(differ, " or "))
}

// rank is the place in dataCauses of the cause that made the row w of then the row n of now, as an SQL expression; NULL:
// the row changes no number.
func (d *differ) rank(f feed.Feed) string {
	place := func(c Cause) int { return slices.Index(dataCauses(), c) }
	switch f.Name {
	case "calendar_days":
		return fmt.Sprint(place(CalendarOf))
	case feed.Decisions: // one that is withdrawn counts as what it was; those that write into other feeds count there
		kind := fmt.Sprintf(`coalesce((select any_value(o.kind) from %sdecisions o where o.superseded_by is null and o.decision_id = n.subject
			and n.kind = 'decision.withdraw'), n.kind, w.kind)`, nowRaw)
		return fmt.Sprintf("case when %[1]s = 'rule.set' then %[2]d when %[1]s like 'row.%%' then %[3]d end", kind,
			place(RuleChange), place(Dispute))
	}
	merged := "false"
	if _, ok := f.Column("merged_into"); ok && f.Name == "customers" {
		merged = "n.merged_into is distinct from w.merged_into"
	}
	last := d.o.Part.LastBatch
	turned := []string{"-1"}
	for id := range turnedSince(d.o.Entries, last) {
		turned = append(turned, fmt.Sprint(id))
	}
	slices.Sort(turned)
	back := strings.Join(turned, ", ")
	return fmt.Sprintf(`case
		when coalesce(case when n.batch_id > %[1]d then n.batch_id end, w.batch_id) in (select batch_id from %[2]sbatches where source = %[3]s) then %[4]d
		when coalesce(n.batch_id, 0) <= %[1]d and (coalesce(w.batch_id in (%[5]s), false) or coalesce(n.batch_id in (%[5]s), false)) then %[6]d
		when %[7]s then %[8]d
		when w.batch_id is null then %[9]d
		else %[10]d end`, last, nowRaw, warehouse.Literal(config.Own), place(Decision), back, place(Retraction),
		merged, place(Merge), place(LateFact), place(Correction))
}

// ownSubjects makes the list of the subjects that changed keys name, with their causes.
func (d *differ) ownSubjects(feeds []feed.Feed) string {
	list := []string{"select cast(null as varchar) as subject, cast(null as integer) as rank where false"}
	for _, f := range feeds {
		if k := subjectOf(f); k != "" {
			list = append(list, "select cast("+warehouse.Quote(k)+" as varchar), rank from "+changedKeys(f))
		}
	}
	return "create temp table " + ownKeys + " as select distinct subject, rank from (" + strings.Join(list, " union all ") + ")"
}

// mix makes a warehouse in which the changes of some causes have their effect.
func (d *differ) mix(ctx context.Context, path string, feeds []feed.Feed, causes []int64) error {
	var applied []string
	for _, c := range causes {
		applied = append(applied, fmt.Sprint(c))
	}
	statements := []string{
		"attach " + warehouse.Literal(path) + " as kl_mix",
		"create table kl_mix.batches as select * from " + nowRaw + "batches",
		"create table kl_mix.rejects as select * from " + nowRaw + "rejects where false",
	}
	for _, f := range feed.All() {
		name := warehouse.Quote(f.Name)
		query := "select * from " + nowRaw + name + " r where superseded_by is null"
		if slices.ContainsFunc(feeds, func(o feed.Feed) bool { return o.Name == f.Name }) {
			var on []string
			for _, k := range f.Key {
				on = append(on, fmt.Sprintf("c.%[1]s is not distinct from r.%[1]s", warehouse.Quote(k)))
			}
			waits := fmt.Sprintf("exists (select 1 from %s c where %s and c.rank not in (%s))", changedKeys(f), strings.Join(on, " and "), strings.Join(applied, ", "))
			query += " and not " + waits + " union all by name select * from " + wasRaw + name + " r where superseded_by is null and " + waits
		}
		statements = append(statements, "create table kl_mix."+name+" as "+query)
	}
	return d.exec(ctx, append(statements, "detach kl_mix")...)
}

func (d *differ) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := d.conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("find what came after: %w", err)
		}
	}
	return nil
}

func (d *differ) ints(ctx context.Context, query string) (list []int64, err error) {
	rows, err := d.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says all there is to say
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}
