package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// A row of a closed month that was not frozen counts in the first open month when nobody knew its fact at the closing,
// or when its subject was known and was to be judged in a month that was open then: either way it is counted once. A
// subject that rules or models of now make out of facts that were known counts nowhere; the diff explains it.

// The temporary tables and views that say what came after the first closing.
const (
	newsTable = "kl_news"      // what was loaded, replaced, taken back or brought back, about whom, by which batch
	factKeys  = "kl_fact_keys" // the keys of all facts that were ever loaded
)

const newsColumns = "subject VARCHAR, customer_id VARCHAR, feed VARCHAR, batch_id BIGINT"

// standingFeeds are the feeds that every measure stands on.
func standingFeeds() []string {
	return []string{"customers", "managers", "assignments", "tier_history", "services"}
}

// factOf is the key of the fact that a subject t is about: a case that was reopened late has more than one subject
// ("W1#2").
const factOf = "split_part(t.subject_id, '#', 1)"

// subjectOf is the column of a feed whose values are the subjects of measures, the first identifier of its key; "": it
// is about customers only.
func subjectOf(f feed.Feed) string {
	for _, k := range f.Key {
		if c, _ := f.Column(k); c.Type == feed.ID && k != "customer_id" {
			return k
		}
	}
	return ""
}

// news makes the tables of what came after the first closing.
func (b *builder) news(ctx context.Context) error {
	first := b.frozen[0].LastBatch
	for _, p := range b.frozen {
		first = min(first, p.LastBatch)
	}
	turned := []string{"(-1, -1)"}
	for id, by := range turnedSince(b.known, first) {
		turned = append(turned, fmt.Sprintf("(%d, %d)", id, by))
	}
	slices.Sort(turned)
	var fresh, keys []string
	for _, f := range feed.All() {
		if f.Name == feed.Decisions {
			continue
		}
		table, subject, customer := "raw."+warehouse.Quote(f.Name), "cast(null as varchar)", "cast(null as varchar)"
		if k := subjectOf(f); k != "" {
			subject = "cast(r." + warehouse.Quote(k) + " as varchar)"
			keys = append(keys, "select "+subject+" as subject from "+table+" r")
		}
		if _, ok := f.Column("customer_id"); ok {
			customer = "r.customer_id"
		}
		fresh = append(fresh, fmt.Sprintf(`select %s, %s, %s, greatest(case when r.batch_id > %[4]d then r.batch_id end,
				case when r.superseded_by > %[4]d then r.superseded_by end, v.turned_by)
			from %[5]s r left join (values %[6]s) v(batch_id, turned_by) on v.batch_id = r.batch_id
			where r.batch_id > %[4]d or r.superseded_by > %[4]d or v.turned_by is not null`,
			subject, customer, warehouse.Literal(f.Name), first, table, strings.Join(turned, ", ")))
	}
	for _, s := range []string{
		"create temp table " + newsTable + "(" + newsColumns + ")",
		"insert into " + newsTable + " select distinct * from (" + strings.Join(fresh, " union all ") + ")",
		"create temp view " + factKeys + " as " + strings.Join(keys, " union all "),
	} {
		if err := b.exec(ctx, s); err != nil {
			return fmt.Errorf("find what came after the closing: %w", err)
		}
	}
	return nil
}

// turnedSince returns the loads up to the batch last that stand otherwise now than they did then, each with the
// retraction that turned it: it took the load back, or took back its retraction. One that was taken back and brought
// back again is as it was.
func turnedSince(entries []archive.Entry, last int64) map[int64]int64 {
	then, now := map[int64]int64{}, map[int64]int64{} // what is undone -> the latest retraction of it
	for _, e := range entries {
		if e.Kind != archive.Retract {
			continue
		}
		now[e.Batch.Replaces] = e.Batch.ID
		if e.Batch.ID <= last {
			then[e.Batch.Replaces] = e.Batch.ID
		}
	}
	list := map[int64]int64{}
	for id := range now {
		if undone(then, id) != undone(now, id) {
			by := now[id]
			for now[by] != 0 { // the retraction of the retraction
				by = now[by]
			}
			list[id] = by
		}
	}
	return list
}

// undone reports whether a retraction of id stands, one that is not undone itself.
func undone(by map[int64]int64, id int64) bool {
	r := by[id]
	return r != 0 && !undone(by, r)
}

// late makes, of a measure whose months add up, the rows of closed months that count in an open one, and the list of
// subjects that have a verdict but compute into an open month now. A subject that was kept out at the freeze has no
// verdict there.
func (b *builder) late(ctx context.Context, m sql.Model, c closed) error {
	late, frozenRows := warehouse.Quote(lateTable(m)), warehouse.Quote(frozenTable(m))
	same := "f.subject_kind is not distinct from t.subject_kind and f.subject_id = t.subject_id"
	for _, s := range []string{
		fmt.Sprintf(`create table %s as select t.* replace (%s as anchor_on, t.anchor_on as original_on) from %s t
			where %s and not (%s) and not exists (select 1 from %s f where %s)`, late, c.opens("t.anchor_on"), warehouse.Quote(rerunView(m)),
			c.within(false), exposureRow, frozenRows, same),
		fmt.Sprintf(`create table %s as select distinct t.subject_kind, t.subject_id from %s t join %s f on %s
			where not %s and not (%s) and f.excluded_reason is null`, warehouse.Quote(settledTable(m)), warehouse.Quote(rerunView(m)), frozenRows, same,
			c.within(false), exposureRow),
	} {
		if err := b.exec(ctx, s); err != nil {
			return err
		}
	}
	if err := b.dropKnown(ctx, m, c); err != nil {
		return err
	}
	return b.exec(ctx, fmt.Sprintf(`insert into late_rows select %s, year(anchor_on) * 100 + month(anchor_on), original_on, subject_kind, subject_id,
		customer_id, manager_id, team, region, tier, kind, severity, category, excluded_reason, 1, num, den, null from %s`,
		warehouse.Literal(m.Header.Get("id")), late))
}

// dropKnown takes out of the late rows those of subjects that were made of facts known at the closing, and were no
// subjects then. What is news about a subject is news about its fact; about one whose name is the key of no fact (a
// duty), about its customer in the feeds that the measure needs.
func (b *builder) dropKnown(ctx context.Context, m sql.Model, c closed) error {
	late := warehouse.Quote(lateTable(m))
	n, err := one[int64](ctx, b.conn, "select count(*) from "+late)
	if err != nil || n == 0 {
		return err
	}
	feeds := standingFeeds()
	for _, need := range m.Header.List("needs") {
		name, _, _ := strings.Cut(need, ".")
		feeds = append(feeds, name)
	}
	pending := "false"
	if len(c.pending) > 0 {
		pending = fmt.Sprintf(`exists (select 1 from read_parquet([%s]) p where p.kpi = %s and p.subject_kind is not distinct from t.subject_kind
			and p.subject_id = t.subject_id)`, literals(c.pending), warehouse.Literal(m.Header.Get("id")))
	}
	return b.exec(ctx, fmt.Sprintf(`delete from %[1]s as t where not %[2]s
		and not exists (select 1 from %[3]s n where n.subject = %[4]s and n.batch_id > %[5]s)
		and (exists (select 1 from %[6]s k where k.subject = %[4]s)
			or not exists (select 1 from %[3]s n where n.customer_id = t.customer_id and n.batch_id > %[5]s and n.feed in (%[7]s)))`,
		late, pending, newsTable, factOf, c.lastBatch("t.original_on"), factKeys, literals(feeds)))
}
