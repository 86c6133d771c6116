package transform

import (
	"context"
	"fmt"

	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// What people have decided about single rows changes a measure here and nowhere else: the view of every measure is its
// own SELECT, wrapped in what was decided about its rows. A measure about which nothing was decided is not wrapped, so
// deciding nothing costs nothing.

// rulingsModel is the fact with the upheld disputes; every measure depends on it.
const rulingsModel = "fct_rulings"

// standing is what stands about the rows of one measure.
type standing struct {
	rulings bool // disputes of rows were upheld while their period was open
	numbers bool // its rows carry numbers for their dimensions
}

// measureView is the query of the view of measure m.
func measureView(m sql.Model, d standing) string {
	query := m.Query
	if d.rulings {
		query = ruled(m, query, d.numbers)
	}
	return query
}

// ruled takes out the rows that an upheld dispute says do not count, and gives those of another owner to that owner, with
// their team on the day of the event. Rows of a measure with periods of its own are told apart by the period, and those of
// the last day of a month by the month; all others by their subject alone, whatever period they are shown in.
func ruled(m sql.Model, query string, numbers bool) string {
	number, join := "", ""
	if numbers {
		number, join = ruledNumber, ruledJoin
	}
	same := "true"
	switch m.Header.Get("over_time") {
	case "own":
		same = "r.period_kind = t.period_kind and r.starts_on = t.anchor_on"
	case "last":
		same = "r.period_kind = 'month' and r.starts_on = date_trunc('month', t.anchor_on)"
	}
	return fmt.Sprintf(`select t.* replace (
  case when r.decision_id is null or r.to_manager_id is not null then t.num end as num,
  case when r.decision_id is null or r.to_manager_id is not null then t.den end as den,
  case when r.decision_id is null or r.to_manager_id is not null then t."value" end as "value",
  case when r.decision_id is not null and r.to_manager_id is null then 'disputed' else t.excluded_reason end as excluded_reason,
  coalesce(r.to_manager_id, t.manager_id) as manager_id,
  case when r.to_manager_id is null then t.unassigned_reason end as unassigned_reason,
  case when r.to_manager_id is null then t.team else r.to_team end as team%s)
from (%s
) t
left join %s r on r.kpi = %s and r.subject_id = t.subject_id and r.manager_id is not distinct from t.manager_id
  and r.valid_from <= cast(t.event_at as date) and cast(t.event_at as date) < r.valid_to and %s%s`,
		number, query, rulingsModel, warehouse.Literal(m.Header.Get("id")), same, join)
}

// decidedOn says what stands about the rows of measure m.
func (b *builder) decidedOn(ctx context.Context, m sql.Model) (d standing, err error) {
	d.rulings, err = one[bool](ctx, b.conn, "select count(*) > 0 from "+rulingsModel+" where kpi = "+warehouse.Literal(m.Header.Get("id")))
	if err != nil || !d.rulings {
		return d, err
	}
	if d.numbers, err = b.numbered(ctx, m.Query); err != nil || !d.numbers {
		return d, err
	}
	return d, b.numberOwners(ctx, ruledOwners)
}
