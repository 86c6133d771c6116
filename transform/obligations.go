package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// What people owe is one relation, the view obligations: of every measure with a deadline the rows that fell due and those
// that are ahead, in one shape. It is made of the measures' own views, so what it says was kept and missed is what the
// measures count, and a measure that gets a deadline is in it. What is still to be done of it is few rows, and kept as the
// table obligations_pending: to ask all measures takes longer than a page may.

// obligationFacts say who stands in for an owner on leave, and who waived what. They are no measure's.
func obligationFacts() []string { return []string{"fct_deputies", "fct_leave_days", "fct_waivers"} }

// obligations makes both. Of a run of some models only there may be nothing that they could be made of.
func (b *builder) obligations(ctx context.Context) error {
	var all, pending []string
	built := map[string]bool{}
	for _, m := range b.models {
		built[m.Name] = true
		if due, _ := deadline(m); due == "" {
			continue
		}
		ahead := sql.AheadName(m.Header.Get("id"))
		all = append(all, owedBy(m, m.Name, pastState(m), counted), owedBy(m, ahead, aheadState, counted))
		pending = append(pending, owedBy(m, ahead, aheadState, "excluded_reason in ('waived', 'not_due')"))
		if lapses(m) { // written so that the engine looks at the rows only that are not done
			pending = append(pending, owedBy(m, m.Name, "'overdue'", unfinished(m)+" and num < den and excluded_reason is null"))
		}
	}
	if len(all) == 0 || slices.ContainsFunc(obligationFacts(), func(f string) bool { return !built[f] }) {
		return nil
	}
	if err := b.exec(ctx, "create view obligations as "+withPeople(all)); err != nil {
		return fmt.Errorf("obligations: %w", err)
	}
	begun := b.o.now()
	n, err := b.create(ctx, "table", "obligations_pending", withPeople(pending)+" order by o.due_at, o.kpi, o.subject_id")
	if err != nil {
		return fmt.Errorf("pending obligations: %w", err)
	}
	b.report(ctx, "obligations_pending", n, b.o.now().Sub(begun))
	return nil
}

// withPeople adds to the union of what is owed who has to do it (doer_id), who stands in for him and who waived it. What is
// overdue is to be done today, by who has the customer today, and else by the accountable; whoever that is may be on leave
// on the day: then it is the deputy whom the leave names, else the customer's. A condition on the left side alone stands in an
// equality: DuckDB compares every pair for a left join that has one beside it.
func withPeople(owed []string) string {
	return fmt.Sprintf(`select o.*, l.leave_on is not null as on_leave,
  case when l.leave_on is not null then coalesce(l.deputy_id, d.deputy_id) end as deputy_id,
  w.waived_by, w.waived_reason, w.from_on as waived_from_on, w.until_on as waived_until_on
from (
  select t.*, case when t.state = 'overdue' and (t.manager_id is not null or t.unassigned_reason = 'leaver') then coalesce(a.manager_id, t.manager_id)
      else t.manager_id end as doer_id
  from (
    select u.*, case when u.state = 'overdue' then r.as_of_on else u.due_on end as do_on
    from (%s
    ) u
    cross join run_info r
  ) t
  left join dim_accounts a on a.customer_id = case when t.state = 'overdue' then t.customer_id end and a.valid_from <= t.do_on and t.do_on < a.valid_to
) o
left join fct_leave_days l on l.manager_id = o.doer_id and l.leave_on = o.do_on
left join fct_deputies d on d.customer_id = o.customer_id and d.valid_from <= o.do_on and o.do_on < d.valid_to
left join fct_waivers w on w.subject_id = case when o.state = 'waived' then o.subject_id end`, strings.Join(owed, "\nunion all\n"))
}

// counted are the rows that are owed, or were until somebody waived them. A row that does not count for any other reason is
// owed by nobody.
const counted = "excluded_reason is null or excluded_reason in ('waived', 'not_due')"

// The states of a row that has not fallen due, and of one that has: what is not done then is overdue, unless nothing can be
// done about it any more: an amount is counted as it is then, such as the visits of a window, what is owed again has become the
// next one, and a bill that was paid needs no dunning.
const aheadState = "case when excluded_reason = 'waived' then 'waived' when excluded_reason = 'not_due' then 'open' when num < den then 'missed' else 'done' end"

func pastState(m sql.Model) string {
	overdue := ""
	if lapses(m) {
		overdue = " when " + unfinished(m) + " then 'overdue'"
	}
	return "case when excluded_reason = 'waived' then 'waived' when num >= den then 'done'" + overdue + " else 'missed' end"
}

// unfinished is the condition of rows of measure m that were not done and still can be.
func unfinished(m sql.Model) string {
	_, done := deadline(m)
	if column := over(m); column != "" {
		return warehouse.Quote(done) + " is null and " + warehouse.Quote(column) + " is null"
	}
	return warehouse.Quote(done) + " is null"
}

// lapses says whether what measure m counts can still be done when its day is over.
func lapses(m sql.Model) bool {
	_, done := deadline(m)
	return done != "" && !m.Header.Bool("owed_again")
}

// owedBy is those rows of a view of measure m in the shape of obligations. What is owed by a day is owed until its end.
func owedBy(m sql.Model, view, state, which string) string {
	due, done := deadline(m)
	if done == "" {
		done = "null"
	} else {
		done = warehouse.Quote(done)
	}
	id, of := warehouse.Literal(m.Header.Get("id")), warehouse.Literal(m.Header.Get("of"))
	at, on := warehouse.Quote(due), "cast("+warehouse.Quote(due)+" - interval '1' second as date)"
	byDay := at + " = date_trunc('day', " + at + ")" // its last instant is the next midnight
	if strings.HasSuffix(due, "_on") {
		at, on, byDay = "cast("+at+" as timestamp) + interval '1' day", at, "true"
	}
	return fmt.Sprintf(`select %s as kpi, %s as block, %t as main, subject_id, subject_kind, customer_id, manager_id, unassigned_reason, team, region, tier,
  kind, severity, category, anchor_on, %s as due_at, cast(%s as date) as due_on, %s as by_day, cast(%s as timestamp) as done_at, num, den, %s as state
from %s where %s`,
		id, of, m.Header.Bool("main"), at, on, byDay, done, state, warehouse.Quote(view), which)
}
