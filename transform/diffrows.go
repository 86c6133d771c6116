package transform

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// traits are the columns of a measure's rows that are compared besides what they count for whom.
func traits() []string {
	return []string{"customer_id", "unassigned_reason", "team", "region", "tier", "kind", "severity", "category"}
}

// sides are what the rows of each subject come to: of the file, and of each step. state is all of it that may differ.
func (d *differ) sides(ctx context.Context, def kpi.Definition, file string) error {
	of := closed{periods: []calendar.Period{d.period}}
	from := map[string]string{"side_frozen": "read_parquet(" + warehouse.Literal(file) + ")"}
	for _, s := range d.steps {
		from["side_"+s.name] = s.name + ".main." + warehouse.Quote(sql.ViewName(def.ID))
	}
	values := func(column string) string {
		return fmt.Sprintf("coalesce(string_agg(distinct cast(%[1]s as varchar), ' ' order by cast(%[1]s as varchar)), '')", column)
	}
	var all []string
	for _, c := range traits() {
		all = append(all, values(c))
	}
	for table, relation := range from {
		_, err := d.conn.ExecContext(ctx, fmt.Sprintf(`create or replace temp table %s as
			select coalesce(subject_kind, '') as subject_kind, subject_id, coalesce(max(customer_id), '') as customer_id,
				cast(sum(num) as bigint) as num, cast(sum(den) as bigint) as den, cast(sum("value") as bigint) as val,
				%s as managers, %s as excluded, [%s] as traits,
				string_agg(concat_ws(' ', manager_id, num, den, "value"), ', ' order by manager_id, num, den, "value") as cut,
				list_sort(list(concat_ws('|', coalesce(manager_id, ''), coalesce(unassigned_reason, ''), coalesce(team, ''), coalesce(region, ''),
					coalesce(cast(tier as varchar), ''), coalesce(kind, ''), coalesce(severity, ''), coalesce(category, ''),
					coalesce(cast(num as varchar), ''), coalesce(cast(den as varchar), ''), coalesce(cast("value" as varchar), ''),
					coalesce(excluded_reason, '')))) as state
			from %s t where %s group by 1, 2`, table, values("manager_id"), values("excluded_reason"), strings.Join(all, ", "), relation,
			of.within(def.HasOwnPeriods())))
		if err != nil {
			return err
		}
	}
	return nil
}

// rows returns the subjects whose rows the last step makes other than they were closed, each with its cause.
func (d *differ) rows(ctx context.Context, def kpi.Definition, file string) ([]RowDiff, error) {
	if err := d.sides(ctx, def, file); err != nil {
		return nil, err
	}
	var joins strings.Builder
	for _, s := range d.steps {
		fmt.Fprintf(&joins, " left join side_%[1]s %[1]s on %[1]s.subject_kind = k.subject_kind and %[1]s.subject_id = k.subject_id", s.name)
	}
	last := d.steps[len(d.steps)-1].name
	query := fmt.Sprintf(`with k as (select subject_kind, subject_id, max(customer_id) as customer_id from (
			select subject_kind, subject_id, customer_id from side_frozen union all select subject_kind, subject_id, customer_id from side_%[1]s) group by 1, 2)
		select k.subject_id, k.subject_kind, k.customer_id, case%[2]s end,
			f.state is not null, f.num, f.den, f.val, coalesce(f.managers, ''), coalesce(f.excluded, ''), coalesce(array_to_string(f.traits, chr(31)), ''), coalesce(f.cut, ''),
			%[1]s.state is not null, %[1]s.num, %[1]s.den, %[1]s.val, coalesce(%[1]s.managers, ''), coalesce(%[1]s.excluded, ''),
			coalesce(array_to_string(%[1]s.traits, chr(31)), ''), coalesce(%[1]s.cut, '')
		from k left join side_frozen f on f.subject_kind = k.subject_kind and f.subject_id = k.subject_id%[3]s
		where f.state is distinct from %[1]s.state order by 1, 2`, last, d.causeCase(), joins.String())
	rows, err := d.conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says all there is to say
	list := []RowDiff{}
	for rows.Next() {
		r, err := scanDiff(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// causeCase are the branches that name the cause of a differing subject k: of the steps that change its rows the one that is
// the cause of a change of its own fact, else the first.
func (d *differ) causeCase() string {
	var own, first strings.Builder
	before := "f"
	for _, s := range d.steps {
		if rank := slices.Index(dataCauses(), s.cause); rank >= 0 && d.compared {
			fmt.Fprintf(&own, " when %s.state is distinct from %s.state and exists (select 1 from %s o where o.subject = split_part(k.subject_id, '#', 1) and o.rank = %d) then %s",
				s.name, before, ownKeys, rank, warehouse.Literal(string(s.cause)))
		}
		fmt.Fprintf(&first, " when %s.state is distinct from f.state then %s", s.name, warehouse.Literal(string(s.cause)))
		before = s.name
	}
	return own.String() + first.String()
}

// scanDiff reads a differing subject.
func scanDiff(rows *stdsql.Rows) (r RowDiff, err error) {
	var was, is bool
	var wasTraits, isTraits, wasCut, isCut string
	o, n := &Side{}, &Side{}
	if err := rows.Scan(&r.Subject, &r.Kind, &r.CustomerID, &r.Cause, &was, &o.Num, &o.Den, &o.Value, &o.Managers, &o.Excluded, &wasTraits, &wasCut,
		&is, &n.Num, &n.Den, &n.Value, &n.Managers, &n.Excluded, &isTraits, &isCut); err != nil {
		return r, err
	}
	if was {
		r.Old = o
	}
	if is {
		r.New = n
	}
	if !was || !is {
		return r, nil
	}
	old, now := strings.Split(wasTraits, "\x1f"), strings.Split(isTraits, "\x1f")
	for i, column := range traits() {
		if old[i] != now[i] {
			r.Changed = append(r.Changed, Change{column, old[i], now[i]})
		}
	}
	same := equal(o.Num, n.Num) && equal(o.Den, n.Den) && equal(o.Value, n.Value) && o.Managers == n.Managers && o.Excluded == n.Excluded
	if same && len(r.Changed) == 0 {
		r.Changed = []Change{{"rows", wasCut, isCut}}
	}
	return r, nil
}

func equal(a, b *int64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// sumCauses adds the differences up by cause, in the order in which the causes appear.
func sumCauses(rows []RowDiff) []CauseSum {
	list := []CauseSum{}
	for _, r := range rows {
		i := slices.IndexFunc(list, func(s CauseSum) bool { return s.Cause == r.Cause })
		if i < 0 {
			i, list = len(list), append(list, CauseSum{Cause: r.Cause})
		}
		list[i].Subjects++
		for side, sign := range map[*Side]int64{r.Old: -1, r.New: 1} {
			if side != nil {
				list[i].Num += sign * orZero(side.Num)
				list[i].Den += sign * orZero(side.Den)
			}
		}
	}
	return list
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
