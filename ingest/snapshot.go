package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// A snapshot is the list of the present state on one day. The lists of a source are kept as they arrived; the dated rows
// of the feed are worked out from all of them together, so the order in which they arrive does not matter.

// presumed is the column of dated feeds with the first day that is known rather than presumed; NULL where every day is.
const presumed = "presumed_until"

// listedOn is the column of the tables of lists with the day that a list speaks of.
const listedOn = "listed_on"

// listing is the feed of the lists that are loaded into f: it has no column that the program works out.
func listing(f feed.Feed) feed.Feed {
	out := feed.Feed{Name: listingName(f), Title: f.Title}
	for _, k := range f.Key {
		if k != f.From {
			out.Key = append(out.Key, k)
		}
	}
	for _, c := range f.Columns {
		if c.Name != f.From && c.Name != f.To && c.Name != "updated_at" {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// listingName is the table that keeps the lists of a dated feed as they arrived.
func listingName(f feed.Feed) string { return f.Name + "_listed" }

// listingDDL brings that table up to date. A row of unknown is on the list, but its content was rejected.
func listingDDL(f feed.Feed, have map[string]map[string]bool) []string {
	t := listing(f)
	t.Columns = append(t.Columns, feed.Column{Name: listedOn, Type: feed.Date}, feed.Column{Name: "unknown", Type: feed.Bool})
	return tableDDL(t, have[t.Name])
}

// isSnapshot reports whether the file is a list of the present state.
func (b *batch) isSnapshot() bool { return b.source.Of == config.Snapshots }

// asListing makes the batch load a list: of the feed of lists, with the day of the list from its column, its name or
// its arrival. A corrected reject file is of the day of the list that it corrects.
func (b *batch) asListing(s config.Source, header *header) (config.Source, error) {
	reload := header.has(rejectLine)
	b.dated, b.feed = b.feed, listing(b.feed)
	if b.isTemplate(header) {
		return s, fault.New(fault.Refused, "ingest.refused.dated_rows", b.file.path, b.dated.From, b.source.Name)
	}
	if b.source.AsOf.Column != "" {
		b.feed.Columns = append(b.feed.Columns, feed.Column{Name: listedOn, Type: feed.Date, Required: true, ZH: b.source.AsOf.Column})
		b.feed.Key = append(b.feed.Key, listedOn)
		s.Columns = maps.Clone(s.Columns)
		if s.Columns == nil {
			s.Columns = map[string]config.Mapping{}
		}
		s.Columns[listedOn] = config.Mapping{From: []string{b.source.AsOf.Column}, Format: b.source.AsOf.Format}
		return s, nil
	}
	if b.listedOn != "" || reload {
		return s, nil // it has its day already, or that of the list it corrects, which the ledger knows
	}
	if b.source.AsOf.Arrival {
		b.listedOn = b.arrival.Format(time.DateOnly)
		return s, nil
	}
	day, err := dayInName(filepath.Base(b.file.path), b.source.AsOf.Name)
	if err == nil && day == "" {
		err = b.noDay()
	}
	if today := b.arrival.Format(time.DateOnly); err == nil && day > today && !b.replay {
		err = fault.New(fault.Refused, "ingest.refused.future_day", b.file.path, day, today)
	}
	b.listedOn = day
	return s, err
}

// noDay is the fault of a list whose name does not say its day; of one with a month it says how to take that.
func (b *batch) noDay() error {
	name := filepath.Base(b.file.path)
	if form := monthIn(strings.TrimSuffix(name, filepath.Ext(name))); form != "" && b.source.AsOf.Name == "auto" {
		return fault.New(fault.Refused, "ingest.refused.no_day_month", b.file.path, form)
	}
	return fault.New(fault.Refused, "ingest.refused.no_day", b.file.path, b.source.AsOf.Name)
}

// arrivedTogether warns of lists of one source that are all of the day on which they arrived: they may well not be.
func (o Options) arrivedTogether(receipts []Receipt) (lines []string) {
	for _, s := range o.Config.Sources {
		if s.AsOf == nil || !s.AsOf.Arrival {
			continue
		}
		n, day := 0, toZone(o.Now, o.Config.Zone()).Format(time.DateOnly)
		for _, r := range receipts {
			if r.Source == s.Name && !r.Skipped && !r.LeftAlone && r.Refused == nil {
				n++
			}
		}
		if n > 1 {
			lines = append(lines, o.Lang.T("ingest.arrival_twice", s.Name, n, day))
		}
	}
	return lines
}

// isTemplate reports whether the header is that of the feed's template. Such rows carry the days on which they begin and
// end: reading them as a list of one day would end all others.
func (b *batch) isTemplate(h *header) bool {
	names := slices.DeleteFunc(slices.Clone(h.names), func(n string) bool { return n == "" })
	return slices.Equal(names, headers(b.dated, text.ZH)) || slices.Equal(names, headers(b.dated, text.EN))
}

var plainDay = regexp.MustCompile(`(?:^|\D)((?:19|20|21)\d\d)([-_.年]?)(\d{1,2})([-_.月]?)(\d{1,2})(?:日|\D|$)`)

// dayInName finds the one day that a file's name holds, in the form of format or, for "auto", in any plain form; "":
// there is none, or more than one.
func dayInName(name, format string) (string, error) {
	var found []string
	add := func(t time.Time, ok bool) {
		if day := t.Format(time.DateOnly); ok && !slices.Contains(found, day) {
			found = append(found, day)
		}
	}
	if format == "auto" {
		for m := plainDay.FindStringSubmatch(name); m != nil; m = plainDay.FindStringSubmatch(name) {
			name = name[strings.Index(name, m[0])+max(1, len(m[0])-1):] // the sign after one day may be the one before the next
			if (m[2] == "") == (m[4] == "") && (m[2] != "" || len(m[3])+len(m[5]) == 4) {
				add(civil(small(m[1], 9999), small(m[3], 99), small(m[5], 99), 0, 0, 0, 0))
			}
		}
	} else {
		layout, err := parseFormat(format)
		if err != nil {
			return "", err
		}
		for i, end := 0, len(name); i < end; i++ {
			for j := end; j > i; j-- {
				cut := i > 0 && isDigit(name[i-1]) && isDigit(name[i]) || j < end && isDigit(name[j]) && isDigit(name[j-1])
				if t, ok := parseLayout(name[i:j], layout, time.UTC); ok && !cut {
					add(t, true)
				}
			}
		}
	}
	if len(found) != 1 {
		return "", nil
	}
	return found[0], nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// list stores the staged rows as a list and settles the dated rows of its source anew.
func (m *merge) list(ctx context.Context) error {
	b := m.b
	if err := m.rank(ctx); err != nil {
		return err
	}
	if err := m.keepList(ctx); err != nil {
		return err
	}
	h := newListHistory(m)
	if err := h.guard(ctx, m.conn); err != nil {
		return err
	}
	if _, err := m.exec(ctx, "work out the dates", "create or replace temp table kl_stage as "+h.query()); err != nil {
		return err
	}
	dated := *b
	dated.feed, dated.counts, dated.rejects = b.dated, counts{}, nil
	d := &merge{conn: m.conn, b: &dated, table: ident(b.dated.Name), cols: h.columns(), keys: b.dated.Key, extra: []string{presumed},
		closing: h.scope(), trusted: true}
	if err := d.run(ctx); err != nil {
		return err
	}
	c := dated.counts
	b.counts.loaded, b.counts.unchanged, b.counts.superseded, b.counts.closed = c.loaded, c.unchanged, b.counts.superseded+c.superseded, c.closed
	return m.oneOwner(ctx)
}

// keepList stores the list as it arrived, and the keys of its rejected rows as unknown.
func (m *merge) keepList(ctx context.Context) error {
	b := m.b
	day := "cast('" + b.listedOn + "' as DATE)"
	if b.source.AsOf.Column != "" {
		day = ident(listedOn)
	}
	content := slices.DeleteFunc(slices.Clone(m.cols), func(c string) bool { return c == listedOn })
	if _, err := m.exec(ctx, "keep the list", fmt.Sprintf(`insert into %s (%s, %s, unknown, batch_id)
		select %s, %s, false, %d from kl_ranked where kl_rank = 1`, m.table, idents(content), listedOn, idents(content), day, b.id)); err != nil {
		return err
	}
	// A second owner of a customer is not on the list in any usable sense.
	all := b.rejects
	b.rejects = slices.DeleteFunc(slices.Clone(all), func(r reject) bool { return r.why.code == "overlap" })
	err := m.holdRejected(ctx)
	b.rejects = all
	if err != nil {
		return err
	}
	keys := slices.DeleteFunc(slices.Clone(m.keys), func(c string) bool { return c == listedOn })
	if _, err = m.exec(ctx, "keep the list", fmt.Sprintf(`insert into %s (%s, %s, unknown, batch_id) select distinct %s, %s, true, %d from kl_held`,
		m.table, idents(keys), listedOn, idents(keys), day, b.id)); err != nil || b.source.AsOf.Column == "" {
		return err
	}
	return m.conn.QueryRowContext(ctx, fmt.Sprintf("select coalesce(cast(max(%s) as VARCHAR), '') from %s where batch_id = %d",
		listedOn, m.table, b.id)).Scan(&b.listedOn)
}

// oneOwner refuses lists that, beside the rows of other sources, give a customer two owners on a day.
func (m *merge) oneOwner(ctx context.Context) error {
	if !m.b.watchesOwners() || m.b.replay {
		return nil
	}
	clash, err := overlapping(ctx, m.conn)
	if err != nil || !clash {
		return err
	}
	if m.b.fast {
		return errCareful
	}
	return fault.New(fault.Refused, "ingest.refused.two_owners", m.b.file.path, m.b.source.Name)
}

// correctedBatch is the number of the batch whose rejects a file holds, by its name; it may have been saved as a workbook.
func correctedBatch(path string) string {
	number, _, _ := strings.Cut(filepath.Base(path), "-")
	return number
}

// corrected finds the batch whose rejects a file corrects, by the number in its name: a list's correction is of that
// list's day, and what was taken back is not added to.
func (b *batch) corrected(ctx context.Context, conn *sql.Conn) error {
	if !b.plan.reload || b.replay {
		return nil
	}
	number := correctedBatch(b.file.path)
	var day string
	var gone, overtaken bool
	err := conn.QueryRowContext(ctx, `select coalesce(cast(b.listed_on as VARCHAR), ''), r.batch_id is not null, exists (
			select 1 from batches n where n.feed = b.feed and n.kind = 'load' and n.undone_by is null and n.batch_id > b.batch_id)
		from batches b left join batches r on r.batch_id = b.undone_by and r.kind = 'retract'
		where cast(b.batch_id as VARCHAR) = ? and b.source = ?`, number, b.source.Name).Scan(&day, &gone, &overtaken)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("find the batch that is corrected: %w", err)
	}
	if gone {
		return fault.New(fault.Refused, "ingest.refused.taken_back", b.file.path, number)
	}
	if overtaken && b.behind() != 0 {
		b.findings = append(b.findings, finding{"ingest.receipt.place", []any{number}})
	}
	if b.isSnapshot() && b.source.AsOf.Column == "" {
		if b.listedOn = day; day == "" {
			return fault.New(fault.Refused, "ingest.refused.no_list", b.file.path)
		}
	}
	return nil
}
