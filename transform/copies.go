package transform

import (
	"context"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// copies brings home what readers of a snapshot ask about the data itself: the state of the feeds, the batches, and
// the rejects of current batches.
func (b *builder) copies(ctx context.Context) error {
	for _, c := range []struct{ name, query string }{
		{"batches", "select * from raw.batches order by batch_id"},
		{"rejects_sample", `select r.* from raw.rejects r order by r.batch_id desc, r.line, r.column_name limit 10000`},
		{"feed_state", feedState()},
	} {
		start := b.o.now()
		n, err := b.create(ctx, "create table "+c.name+" as "+c.query)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		b.report(ctx, c.name, n, b.o.now().Sub(start))
	}
	return nil
}

// feedState composes one row per feed: current rows, batches, rejects, first and last event day, last load.
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
		parts = append(parts, fmt.Sprintf(`select %d as position, %s as feed, count(*) as n, %s as first_on, %s as last_on
			from raw.%s where superseded_by is null`, i+1, warehouse.Literal(f.Name), first, last, warehouse.Quote(f.Name)))
	}
	return `with loaded as (` + strings.Join(parts, " union all ") + `),
		batch as (select feed, count(*) as batches, cast(sum(rows_rejected) as bigint) as rejected, max(received_at) as loaded_at
			from raw.batches group by feed)
		select l.feed, l.n as rows, coalesce(b.batches, 0) as batches, coalesce(b.rejected, 0) as rejected,
			l.first_on, l.last_on, b.loaded_at
		from loaded l left join batch b on b.feed = l.feed order by l.position`
}
