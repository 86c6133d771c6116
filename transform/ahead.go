package transform

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// What has not fallen due at the business instant is no row of a measure yet, but much of it is known: a case that is open
// today and due on Friday will be one. The SELECT of a measure that names its deadline keeps what is due by run_info's
// instant, so the same SELECT, asked as of the end of time, also yields what is still ahead.

// aheadOf is the view of what measure m knows to fall due after the business instant: the rows it will have, with num as it
// stands. A row that is neither done nor met yet may go either way: its reason is not_due. What was waived stays, with its
// reason: somebody may look for it. Of a measure with closed periods,
// subjects that have a verdict already are not ahead. query is what the measure computes. The instant is written out: so the
// engine looks at the last rows of a sorted fact only.
func aheadOf(m sql.Model, query string, c closed, asOf time.Time) string {
	due, done := deadline(m)
	later := fmt.Sprintf("t.%s > timestamp '%s'", due, civil(asOf).Format(time.DateTime))
	if strings.HasSuffix(due, "_on") { // owed until the end of that day
		later = fmt.Sprintf("t.%s >= date '%s'", due, civil(asOf).Format(time.DateOnly))
	}
	undone := "" // amounts are done bit by bit
	if done != "" {
		undone = " and t." + done + " is null"
	}
	if len(c.periods) > 0 {
		later += fmt.Sprintf(` and not exists (select 1 from %s f where f.subject_kind is not distinct from t.subject_kind
  and f.subject_id = t.subject_id and f.excluded_reason is null)`, warehouse.Quote(frozenTable(m)))
	}
	return fmt.Sprintf(`with run_info as (
  select * replace (timestamp '9999-12-31 00:00:00' as as_of, date '9999-12-31' as as_of_on) from main.run_info
)
select t.* replace (case when t.num < t.den%s then 'not_due' else t.excluded_reason end as excluded_reason)
from (%s
) t
where (t.excluded_reason is null or t.excluded_reason = 'waived') and %s`, undone, query, later)
}

// over names the column of measure m that says from when on there is nothing left to do for a row that was not done; "" where
// that does not happen.
func over(m sql.Model) string {
	list := append(m.Header.List("deadline"), "", "", "")
	return list[2]
}

// deadline names the columns of measure m that say when a row falls due and when it was done. Amounts have no done; both are
// "" where its rows do not fall due.
func deadline(m sql.Model) (due, done string) {
	list := append(m.Header.List("deadline"), "", "")
	return list[0], list[1]
}

// ahead makes that view, of a measure that has a deadline.
func (b *builder) ahead(ctx context.Context, m sql.Model, query string, c closed) error {
	if due, _ := deadline(m); due == "" {
		return nil
	}
	return b.exec(ctx, "create view "+warehouse.Quote(sql.AheadName(m.Header.Get("id")))+" as "+aheadOf(m, query, c, b.o.AsOf))
}
