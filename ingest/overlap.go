package ingest

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Exactly one owner a customer a day: in the assignments feed a row that would give a customer two owners on one day
// is a reject, unless the source says that the later one wins (which the staging models then do).

// watchesOwners reports whether the batch must be checked for overlapping owners.
func (b *batch) watchesOwners() bool {
	return b.source.Feed == "assignments" && b.source.Overlap != "later"
}

// overlapping reports whether two current owners of a customer share a day.
func overlapping(ctx context.Context, conn *sql.Conn) (bool, error) {
	var found bool
	err := conn.QueryRowContext(ctx, `select count(*) > 0 from (
		select valid_from, max(coalesce(valid_to, date '9999-12-31')) over (partition by customer_id
			order by valid_from, coalesce(valid_to, date '9999-12-31'), manager_id
			rows between unbounded preceding and 1 preceding) as earlier
		from assignments where superseded_by is null and coalesce(role, 'owner') = 'owner')
		where valid_from <= earlier`).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("check owners: %w", err)
	}
	return found, nil
}

// stretch is the time for which a manager owns a customer: days in canonical form, last day included; to "" is open.
type stretch struct {
	customer, manager, from, to, role, updated string
	rec                                        record
	row                                        []string
}

func (s stretch) key() [3]string { return [3]string{s.customer, s.manager, s.from} }

func (s stretch) owns() bool { return s.role == "" || s.role == "owner" }

func (s stretch) meets(o stretch) bool {
	return (o.to == "" || s.from <= o.to) && (s.to == "" || o.from <= s.to)
}

// ownership knows who owns whom: the current rows of the table and the rows of the file.
type ownership struct {
	current map[string][]stretch // by customer
	fresh   []stretch
	column  map[string]int // of the plan
}

// currentOwners loads the owners that are in the table; nil when the batch needs no check. Rows of the batch that is
// being replaced do not count.
func currentOwners(ctx context.Context, conn *sql.Conn, b *batch) (o *ownership, err error) {
	if !b.watchesOwners() {
		return nil, nil
	}
	o = &ownership{current: map[string][]stretch{}, column: map[string]int{}}
	for i, v := range b.plan.values {
		o.column[v.col.Name] = i
	}
	if conn == nil || b.isSnapshot() {
		return o, nil // a dry run looks at the file alone, and a list makes up for what was before it
	}
	rows, err := conn.QueryContext(ctx, `select customer_id, manager_id, cast(valid_from as VARCHAR),
		coalesce(cast(valid_to as VARCHAR), ''), coalesce(role, ''), coalesce(cast(updated_at as VARCHAR), '')
		from assignments where superseded_by is null and batch_id <> ?`, b.replace)
	if err != nil {
		return nil, fmt.Errorf("read owners: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s stretch
		if err := rows.Scan(&s.customer, &s.manager, &s.from, &s.to, &s.role, &s.updated); err != nil {
			return nil, fmt.Errorf("read owners: %w", err)
		}
		o.current[s.customer] = append(o.current[s.customer], s)
	}
	return o, rows.Err()
}

// collect keeps one accepted row of the file until all are known.
func (o *ownership) collect(rec record, row []string) error {
	get := func(name string) string {
		if i, ok := o.column[name]; ok {
			return row[i]
		}
		return ""
	}
	from, to := get("valid_from"), get("valid_to")
	if day := get(listedOn); day != "" { // a list speaks of one day
		from, to = day, day
	}
	o.fresh = append(o.fresh, stretch{customer: get("customer_id"), manager: get("manager_id"), from: from, to: to, role: get("role"), updated: get("updated_at"), rec: rec, row: row})
	return nil
}

// settle hands on the rows of the file in their order, rejecting those that overlap an owner who is there already.
func (o *ownership) settle(b *batch, write func(record, []string) error) error {
	holds := map[[3]string]int{} // key -> index of the content that holds
	for i, s := range o.fresh {
		j, twice := holds[s.key()]
		if !twice || s.updated >= o.fresh[j].updated {
			holds[s.key()] = i
		}
	}
	taken := map[string][]stretch{}
	for customer, list := range o.current {
		for _, s := range list {
			if i, replaced := holds[s.key()]; s.owns() && (!replaced || s.updated > o.fresh[i].updated) {
				taken[customer] = append(taken[customer], s)
			}
		}
	}
	slices.SortStableFunc(o.fresh, func(a, b stretch) int { return cmp.Compare(a.rec.line, b.rec.line) })
	for i, s := range o.fresh {
		if holds[s.key()] == i && s.owns() {
			if at := slices.IndexFunc(taken[s.customer], s.meets); at >= 0 {
				b.rejectOverlap(s, taken[s.customer][at])
				continue
			}
			taken[s.customer] = append(taken[s.customer], s)
		}
		if err := write(s.rec, s.row); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) rejectOverlap(s, other stretch) {
	b.counts.rejected++
	until := other.to
	if until == "" {
		until = "…"
	}
	why := problem{code: "overlap", expected: other.manager + " " + other.from + ".." + until}
	if n := strconv.Itoa(other.rec.line); other.rec.line > 0 { // it is in this file, too
		why.expected, why.labels = why.expected+" (line "+n+")", why.expected+"（第 "+n+" 行）"
	}
	b.rejects = append(b.rejects, rejectOf(s.rec, flaw{column: "valid_from", header: "valid_from", value: s.from, why: why}))
}
