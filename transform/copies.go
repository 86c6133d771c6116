package transform

import (
	"context"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// copies brings home what readers of a snapshot ask about the data itself: the state of the feeds, the batches that
// the numbers stand on, and their rejects.
func (b *builder) copies(ctx context.Context) error {
	for _, c := range []struct{ name, query string }{
		{"batches", "select * exclude (recipe) from raw.batches where kind = 'load' and undone_by is null order by batch_id"},
		{"rejects_sample", `select r.* from raw.rejects r semi join raw.batches b on b.batch_id = r.batch_id and b.undone_by is null
			order by r.batch_id desc, r.line, r.column_name limit 10000`},
		{"feed_state", feedState()},
		{"feed_months", feedMonths()},
		{"needs_state", needsState(b.models)},
	} {
		start := b.o.now()
		n, err := b.create(ctx, "table", c.name, c.query)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		b.report(ctx, c.name, n, b.o.now().Sub(start))
	}
	return nil
}

// feedState composes one row per feed: current rows, batches, rejects, first and last event day, last load, and the day
// before which its rows are presumed (they come from the first of a series of lists).
func feedState() string {
	var parts []string
	for i, f := range feed.All() {
		first, last := "cast(null as date)", "cast(null as date)"
		if columns := eventColumns(f); len(columns) > 0 {
			var lows, highs []string
			for _, c := range columns {
				lows = append(lows, "min("+dayOf(c)+")")
				highs = append(highs, "max("+dayOf(c)+")")
			}
			first, last = "least("+strings.Join(lows, ", ")+")", "greatest("+strings.Join(highs, ", ")+")"
		}
		presumed := "cast(null as date)"
		if f.From != "" {
			presumed = "max(presumed_until)"
		}
		parts = append(parts, fmt.Sprintf(`select %d as position, %s as feed, count(*) as n, %s as first_on, %s as last_on,
			%s as presumed_until from raw.%s where superseded_by is null`, i+1, warehouse.Literal(f.Name), first, last, presumed,
			warehouse.Quote(f.Name)))
	}
	return `with loaded as (` + strings.Join(parts, " union all ") + `),
		batch as (select feed, count(*) as batches, cast(sum(rows_rejected) as bigint) as rejected, max(received_at) as loaded_at
			from raw.batches where kind = 'load' and undone_by is null group by feed)
		select l.feed, l.n as rows, coalesce(b.batches, 0) as batches, coalesce(b.rejected, 0) as rejected,
			l.first_on, l.last_on, b.loaded_at, l.presumed_until
		from loaded l left join batch b on b.feed = l.feed order by l.position`
}

// feedMonths composes one row per feed of events and month that holds any: which month (202610), and how many rows.
func feedMonths() string {
	parts := []string{"select cast(null as integer) as position, cast(null as varchar) as feed, cast(null as date) as happened_on where false"}
	for i, f := range feed.All() {
		columns := eventColumns(f)
		if len(columns) == 0 || f.From != "" { // rows of dated feeds hold on, they do not happen
			continue
		}
		days := make([]string, len(columns))
		for j, c := range columns {
			days[j] = dayOf(c)
		}
		parts = append(parts, fmt.Sprintf("select %d, %s, coalesce(%s) from raw.%s where superseded_by is null", i+1,
			warehouse.Literal(f.Name), strings.Join(days, ", "), warehouse.Quote(f.Name)))
	}
	return `select feed, cast(year(happened_on) * 100 + month(happened_on) as integer) as ym, count(*) as "rows"
		from (` + strings.Join(parts, " union all ") + `) where happened_on is not null
		group by position, feed, ym order by position, ym`
}

// needsState composes one row per column that some measure needs: how many current rows have a value in it. The event
// log of cases stands for the cases and their events where it carries the column.
func needsState(models []sql.Model) string {
	parts := []string{"select cast(null as varchar) as need, cast(null as bigint) as filled where false"}
	seen := map[string]bool{}
	for _, m := range catalogueOrder(models) {
		for _, need := range m.Header.List("needs") {
			name, column, _ := strings.Cut(need, ".")
			f, ok := feed.Get(name)
			if !ok || seen[need] {
				continue
			}
			seen[need] = true
			parts = append(parts, fmt.Sprintf("select %s, %s", warehouse.Literal(need), filledIn(f, column)))
		}
	}
	return strings.Join(parts, " union all ")
}

// filledIn is the number of current rows of f that have a value in column ("" for any row), as an SQL expression.
func filledIn(f feed.Feed, column string) string {
	what := "*"
	if _, ok := f.Column(column); ok {
		what = warehouse.Quote(column)
	}
	n := fmt.Sprintf("(select count(%s) from raw.%s where superseded_by is null)", what, warehouse.Quote(f.Name))
	if f.Name == "cases" || f.Name == "case_events" {
		n += " + (select count(*) from raw.case_log where superseded_by is null)"
	}
	return n
}
