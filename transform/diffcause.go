package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// rows returns the subjects whose rows the last step makes other than they were closed, each with the first step after
// which it differs.
func (d *differ) rows(ctx context.Context, def kpi.Definition, file string) ([]RowDiff, error) {
	if err := d.sides(ctx, def, file); err != nil {
		return nil, err
	}
	var joins, causes strings.Builder
	for _, s := range d.steps {
		fmt.Fprintf(&joins, " left join side_%[1]s %[1]s on %[1]s.subject_kind = k.subject_kind and %[1]s.subject_id = k.subject_id", s.name)
		cause := warehouse.Literal(string(s.cause))
		if s.cause == "" {
			cause = d.dataCause(def)
		}
		fmt.Fprintf(&causes, " when %s.state is distinct from f.state then %s", s.name, cause)
	}
	last := d.steps[len(d.steps)-1].name
	var keys []string
	for _, side := range append([]string{"frozen"}, last) {
		keys = append(keys, "select subject_kind, subject_id, customer_id from side_"+side)
	}
	query := fmt.Sprintf(`with k as (select subject_kind, subject_id, max(customer_id) as customer_id from (%s) group by 1, 2)
		select k.subject_id, k.subject_kind, k.customer_id, case%s end,
			f.state is not null, f.num, f.den, f.val, coalesce(f.managers, ''), coalesce(f.excluded, ''),
			%[4]s.state is not null, %[4]s.num, %[4]s.den, %[4]s.val, coalesce(%[4]s.managers, ''), coalesce(%[4]s.excluded, '')
		from k left join side_frozen f on f.subject_kind = k.subject_kind and f.subject_id = k.subject_id%[3]s
		where f.state is distinct from %[4]s.state order by 1, 2`, strings.Join(keys, " union all "), causes.String(), joins.String(), last)
	rows, err := d.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says all there is to say
	list := []RowDiff{}
	for rows.Next() {
		var r RowDiff
		var was, is bool
		o, n := &Side{}, &Side{}
		if err := rows.Scan(&r.Subject, &r.Kind, &r.CustomerID, &r.Cause, &was, &o.Num, &o.Den, &o.Value, &o.Managers, &o.Excluded,
			&is, &n.Num, &n.Den, &n.Value, &n.Managers, &n.Excluded); err != nil {
			return nil, err
		}
		if was {
			r.Old = o
		}
		if is {
			r.New = n
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// dataCause is the cause of a difference that came with the data, as an SQL expression over a key k: what became of the
// rows of its subject since, else of those of its customer in the feeds that the measure reads, else of what holds for
// everybody.
func (d *differ) dataCause(def kpi.Definition) string {
	feeds := []string{"customers", "assignments", "tier_history", "services", "managers"}
	for _, need := range def.Needs {
		name, _, _ := strings.Cut(need, ".")
		feeds = append(feeds, name)
	}
	subject := "(select min(t.rank) from kl_touched t where t.subject = split_part(k.subject_id, '#', 1))"
	customer := "(select min(t.rank) from kl_touched t where t.customer_id = k.customer_id and t.feed in (" + literals(feeds) + "))"
	return fmt.Sprintf(`coalesce((select 'dispute' from kl_disputed r where r.kpi = %s and r.subject = k.subject_id limit 1),
		(select c.cause from kl_causes c where c.rank = coalesce(%s, %s, (select min(t.rank) from kl_touched t where t.subject is null and t.customer_id is null))),
		'correction')`, warehouse.Literal(def.ID), subject, customer)
}

// touched makes the list of what batches after the closing have touched: which subject and customer, by which cause.
// The lower the rank, the more a cause says; those of everybody come last.
func (d *differ) touched(ctx context.Context) error {
	last := d.o.Part.LastBatch
	ranked := []Cause{Retraction, Merge, Correction, LateFact, RuleChange, CalendarOf}
	rank := func(c Cause) int { return slices.Index(ranked, c) }
	parts := []string{}
	for _, f := range feed.All() {
		if f.Name != feed.Decisions {
			parts = append(parts, touchedIn(f, last, d.takenBack(), rank))
		}
	}
	parts = append(parts, fmt.Sprintf(`select 'decisions', cast(null as varchar), cast(null as varchar), %d from raw.decisions
		where batch_id > %d and superseded_by is null and kind = 'rule.set'`, rank(RuleChange), last),
		fmt.Sprintf(`select 'calendar_days', cast(null as varchar), cast(null as varchar), %d from raw.calendar_days
		where batch_id > %d or superseded_by > %[2]d`, rank(CalendarOf), last))
	var causes []string
	for i, c := range ranked {
		causes = append(causes, fmt.Sprintf("(%d, '%s')", i, c))
	}
	for _, s := range []string{
		"attach " + warehouse.Literal(d.o.Config.WarehousePath()) + " as raw (read_only)",
		"create temp table kl_causes as select * from (values " + strings.Join(causes, ", ") + ") v(rank, cause)",
		"create temp table kl_touched(feed VARCHAR, subject VARCHAR, customer_id VARCHAR, rank INTEGER)",
		disputed(last),
		"insert into kl_touched select distinct * from (" + strings.Join(parts, " union all ") + ")",
	} {
		if _, err := d.conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("find what came after: %w", err)
		}
	}
	return nil
}

// disputed makes the list of the rows about whose disputes something was decided after the closing: one was upheld, or
// what had been upheld was withdrawn.
func disputed(last int64) string {
	return fmt.Sprintf(`create temp table kl_disputed as
		with answer as (select decision_id, batch_id, json_extract_string(payload, '$.answers') as dispute from raw.decisions where kind = 'row.uphold'),
		fresh as (
			select dispute from answer where batch_id > %[1]d
			union all
			select coalesce(a.dispute, w.subject) from raw.decisions w left join answer a on a.decision_id = w.subject
			where w.kind = 'decision.withdraw' and w.batch_id > %[1]d)
		select distinct json_extract_string(d.payload, '$.kpi') as kpi, json_extract_string(d.payload, '$.row') as subject
		from raw.decisions d semi join fresh f on f.dispute = d.decision_id where d.kind = 'row.dispute'`, last)
}

// takenBack lists the loads of before the closing that stand otherwise now than they did then.
func (d *differ) takenBack() string {
	list := []string{"-1"}
	for id := range turnedSince(d.o.Entries, d.o.Part.LastBatch) {
		list = append(list, fmt.Sprint(id))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// touchedIn selects what was touched in one feed.
func touchedIn(f feed.Feed, last int64, takenBack string, rank func(Cause) int) string {
	subject, customer := "cast(null as varchar)", "cast(null as varchar)"
	for _, k := range f.Key {
		if c, _ := f.Column(k); c.Type == feed.ID && k != "customer_id" {
			subject = "cast(r." + warehouse.Quote(k) + " as varchar)"
			break
		}
	}
	if _, ok := f.Column("customer_id"); ok {
		customer = "r.customer_id"
	}
	var same []string
	for _, k := range f.Key {
		same = append(same, fmt.Sprintf("o.%[1]s is not distinct from r.%[1]s", warehouse.Quote(k)))
	}
	table := "raw." + warehouse.Quote(f.Name)
	known := fmt.Sprintf("exists (select 1 from %s o where o.batch_id <= %d and %s)", table, last, strings.Join(same, " and "))
	q := fmt.Sprintf(`select '%s' as feed, %s as subject, %s as customer_id, case when r.batch_id in (%s) then %d
			when r.batch_id <= %d or %s then %d else %d end as rank
		from %s r where r.batch_id > %[6]d and r.superseded_by is null or r.superseded_by > %[6]d and r.batch_id <= %[6]d or r.batch_id in (%[4]s)`,
		f.Name, subject, customer, takenBack, rank(Retraction), last, known, rank(Correction), rank(LateFact), table)
	q = "select * from (" + q + ") where subject is not null or customer_id is not null"
	if _, ok := f.Column("merged_into"); ok && f.Name == "customers" {
		merged := fmt.Sprintf("from %s r where r.merged_into is not null and r.batch_id > %d and r.superseded_by is null", table, last)
		for _, id := range []string{"r.customer_id", "r.merged_into"} {
			q += fmt.Sprintf(" union all select 'customers', %s as subject, %[1]s, %d %s", id, rank(Merge), merged)
		}
	}
	return q
}
