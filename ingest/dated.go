package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// listHistory works out dated rows from the lists of one source.
type listHistory struct {
	b       *batch
	feed    feed.Feed // dated
	keys    []string  // who: its key without the day
	content []string  // what the lists say of them
}

func newListHistory(m *merge) *listHistory {
	h := &listHistory{b: m.b, feed: m.b.dated}
	for _, k := range m.keys {
		if k != listedOn {
			h.keys = append(h.keys, k)
		}
	}
	for _, c := range m.cols {
		if c != listedOn && !slices.Contains(h.keys, c) {
			h.content = append(h.content, c)
		}
	}
	return h
}

// columns are those of the worked-out rows.
func (h *listHistory) columns() []string {
	out := append(slices.Clone(h.keys), h.content...)
	out = append(out, h.feed.From)
	if h.feed.To != "" {
		out = append(out, h.feed.To)
	}
	return append(out, presumed)
}

// scope holds for the dated rows that the lists of the source gave before.
func (h *listHistory) scope() string {
	return fmt.Sprintf("t.batch_id in (select batch_id from batches where source = %s and listed_on is not null)",
		warehouse.Literal(h.b.source.Name))
}

// lists are the CTEs of the lists in force: days, numbered, and on each day one row for everybody on its list. A day's
// list is the newest whole file of that day, and what corrected reject files have added to it since.
func (h *listHistory) lists() string {
	return fmt.Sprintf(`arrived as (
		select l.*, coalesce(b.corrects, %[1]t) as corrects
		from %[2]s l left join batches b on b.batch_id = l.batch_id
		where l.batch_id = %[3]d or b.source = %[4]s and b.undone_by is null
	), whole as (
		select listed_on, max(batch_id) filter (where not corrects) as batch_id from arrived group by listed_on
	), listed as (
		select a.* from arrived a join whole w on w.listed_on = a.listed_on
		where a.batch_id = w.batch_id or a.corrects and a.batch_id > coalesce(w.batch_id, 0)
		qualify row_number() over (partition by a.listed_on, %[5]s order by a.batch_id desc, a.unknown) = 1
	), days as (
		select listed_on, row_number() over (order by listed_on) as n, lead(listed_on) over (order by listed_on) as next_on
		from (select distinct listed_on from listed)
	)`, h.b.plan.reload, ident(listingName(h.feed)), h.b.id, warehouse.Literal(h.b.source.Name), h.qualified("a"))
}

func (h *listHistory) qualified(table string) string {
	out := make([]string, len(h.keys))
	for i, k := range h.keys {
		out[i] = table + "." + ident(k)
	}
	return strings.Join(out, ", ")
}

// query yields the dated rows: one for every stretch of lists on which somebody stands with one content. It begins on
// the day of its first list, or on history_from where that is the first list of all, and ends on the day before the
// first list that differs. A feed without a last day has no way to say that somebody is gone; there a new content ends
// the old one, and nothing else.
func (h *listHistory) query() string {
	pack, keys := []string{"kl := 1"}, idents(h.keys)
	var unpacked []string
	for _, c := range h.content {
		pack = append(pack, ident(c)+" := l."+ident(c))
		unpacked = append(unpacked, "content."+ident(c)+" as "+ident(c))
	}
	anew, last := "content is distinct from lag(content) over who", ""
	if h.feed.To != "" {
		anew += " or lag(n) over who is distinct from n - 1"
		last = ", cast(e.next_on - 1 as DATE) as " + ident(h.feed.To)
	}
	presume := "null"
	if h.b.source.From != "" {
		presume = "cast(" + warehouse.Literal(h.b.source.From) + " as DATE)"
	}
	cols := strings.Join(append([]string{h.qualified("r")}, unpacked...), ", ")
	return fmt.Sprintf(`with %[1]s, named as (
		select %[2]s, d.n, last_value(case when l.unknown then null else struct_pack(%[3]s) end ignore nulls) over (
			partition by %[2]s order by d.n rows between unbounded preceding and current row) as content
		from listed l join days d on d.listed_on = l.listed_on
	), marked as (
		select *, case when %[4]s then 1 else 0 end as anew from named where content is not null
		window who as (partition by %[5]s order by n)
	), numbered as (
		select *, sum(anew) over (partition by %[5]s order by n) as run from marked
	), runs as (
		select %[5]s, run, min(n) as first_n, max(n) as last_n, any_value(content) as content from numbered group by %[5]s, run
	)
	select %[6]s, case when r.first_n = 1 and %[7]s < f.listed_on then %[7]s else f.listed_on end as %[8]s%[9]s,
		cast(case when r.first_n = 1 and %[7]s < f.listed_on then f.listed_on end as DATE) as %[10]s
	from runs r join days f on f.n = r.first_n join days e on e.n = r.last_n`,
		h.lists(), h.qualified("l"), strings.Join(pack, ", "), anew, keys, cols, presume, ident(h.feed.From), last, presumed)
}

// guard refuses a list that lacks too many of those (customers, managers) who stood on the one before.
func (h *listHistory) guard(ctx context.Context, conn *sql.Conn) error {
	if h.b.replay || h.b.plan.reload {
		return nil
	}
	var gone, before int64
	err := conn.QueryRowContext(ctx, fmt.Sprintf(`with %[1]s, pairs as (
			select d.listed_on as day, p.listed_on as prior from days d join days p on p.n = d.n - 1
			where d.listed_on in (select listed_on from %[2]s where batch_id = %[3]d)
		), losses as (
			select p.day, count(distinct was.%[4]s) as before, count(distinct was.%[4]s) filter (where not exists (
				select 1 from listed now where now.listed_on = p.day and now.%[4]s = was.%[4]s)) as gone
			from pairs p join listed was on was.listed_on = p.prior group by p.day
		)
		select coalesce(arg_max(gone, gone::double / before), 0), coalesce(arg_max(before, gone::double / before), 0) from losses`,
		h.lists(), ident(listingName(h.feed)), h.b.id, ident(h.keys[0]))).Scan(&gone, &before)
	if err != nil {
		return fmt.Errorf("compare with the list before: %w", err)
	}
	return h.b.tooMany(gone, before)
}
