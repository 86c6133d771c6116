package transform

import (
	"context"
	stdsql "database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// goTables makes the tables that come from configuration, calendar and rules; models read them like any other.
func (b *builder) goTables(ctx context.Context) error {
	if err := b.runInfo(ctx); err != nil {
		return fmt.Errorf("run_info: %w", err)
	}
	if err := b.calendar(ctx); err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	decided, err := b.decisions(ctx)
	if err != nil {
		return fmt.Errorf("decisions: %w", err)
	}
	book, err := rules.Load(b.o.Config, decided.Rules()...)
	if err != nil {
		return err
	}
	for _, t := range []struct {
		name, columns string
		rows          iter.Seq[[]driver.Value]
	}{
		{"rule_limits", limitColumns, limitRows(book)},
		{"rule_params", paramColumns, paramRows(book)},
		{"rule_cadences", cadenceColumns, cadenceRows(book)},
		{"rule_weights", weightColumns, weightRows(book)},
		{"rule_tables", tableColumns, tableRows(book)},
	} {
		if err := b.table(ctx, t.name, t.columns, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// table creates a table and fills it.
func (b *builder) table(ctx context.Context, name, columns string, rows iter.Seq[[]driver.Value]) error {
	if err := b.exec(ctx, "create table "+name+" ("+columns+")"); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	start := b.o.now()
	n, err := warehouse.Append(ctx, b.conn, name, rows)
	if err != nil {
		return err
	}
	b.report(ctx, name, n, b.o.now().Sub(start))
	return nil
}

func rowsOf(rows ...[]driver.Value) iter.Seq[[]driver.Value] { return slices.Values(rows) }

// runInfo stores what the snapshot was computed for. as_of is civil time of the configured zone.
func (b *builder) runInfo(ctx context.Context) error {
	as := civil(b.o.AsOf)
	zone := b.o.Config.Zone()
	instant := time.Date(as.Year(), as.Month(), as.Day(), as.Hour(), as.Minute(), as.Second(), 0, zone).Unix()
	return b.table(ctx, "run_info", `snapshot VARCHAR, as_of TIMESTAMP, as_of_s BIGINT, as_of_on DATE,
		built_at TIMESTAMP, timezone VARCHAR, demo BOOLEAN, version VARCHAR`, rowsOf([]driver.Value{
		filepath.Base(b.path), as, instant, as, civil(b.o.Now.In(zone)), b.o.Config.Timezone, b.o.Config.Demo, b.o.Version,
	}))
}

// civil returns the wall clock of t as DuckDB stores it: whole seconds without a zone.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// calendarStart is the latest day on which the calendar may begin.
var calendarStart = time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)

// calendar makes calendar_days, calendar_work and calendar_periods: from five years before the first loaded event to
// three years after the business instant.
func (b *builder) calendar(ctx context.Context) error {
	from := calendarStart
	first, err := b.firstEvent(ctx)
	if err != nil {
		return err
	}
	if first.Valid && first.Time.AddDate(-5, 0, 0).Before(from) {
		from = first.Time.AddDate(-5, 0, 0)
	}
	special, err := b.specialDays(ctx)
	if err != nil {
		return err
	}
	c := b.o.Config.Calendar
	days, err := calendar.Build(calendar.Spec{
		Zone: b.o.Config.Zone(), Hours: c.Hours, Weekdays: c.Weekdays, Week: c.Week, China: c.Holidays == "china", Special: special,
	}, from, b.o.AsOf.AddDate(3, 0, 0))
	if err != nil {
		return err
	}
	if err := b.table(ctx, "calendar_days", calendar.DayColumns, calendar.DayRows(days)); err != nil {
		return err
	}
	if err := b.table(ctx, "calendar_work", calendar.WorkColumns, calendar.WorkRows(days)); err != nil {
		return err
	}
	return b.table(ctx, "calendar_periods", calendar.PeriodColumns, calendar.PeriodRows(days))
}

// firstEvent returns the first day that any loaded row falls on; days before 1950 are typing errors, not history.
func (b *builder) firstEvent(ctx context.Context) (stdsql.NullTime, error) {
	var parts []string
	for _, f := range feed.All() {
		for _, c := range eventColumns(f) {
			parts = append(parts, fmt.Sprintf("select min(%s) as d from raw.%s where superseded_by is null and %[1]s >= date '1950-01-01'",
				dayOf(c), warehouse.Quote(f.Name)))
		}
	}
	return one[stdsql.NullTime](ctx, b.conn, "select min(d) from ("+strings.Join(parts, " union all ")+")")
}

// eventColumns are the columns that say when a row of f happened; none for feeds of standing data.
func eventColumns(f feed.Feed) []feed.Column {
	if f.Name == "surveys" { // an unanswered survey is an event too, so neither is required
		sent, _ := f.Column("sent_at")
		answered, _ := f.Column("answered_at")
		return []feed.Column{sent, answered}
	}
	for _, c := range f.Columns {
		if c.Required && (c.Type == feed.Time || c.Type == feed.Date || c.Type == feed.Month) {
			return []feed.Column{c}
		}
	}
	return nil
}

// dayOf is the day of an event column in SQL.
func dayOf(c feed.Column) string {
	name := warehouse.Quote(c.Name)
	if c.Type == feed.Month {
		return "case when " + name + " % 100 between 1 and 12 then make_date(" + name + " // 100, " + name + " % 100, 1) end"
	}
	return "cast(" + name + " as date)"
}

// decisions reads the feed of decisions: what was loaded, not what the journal holds by now, so that a run stands on one
// state of everything.
func (b *builder) decisions(ctx context.Context) (decision.History, error) {
	rows, err := b.conn.QueryContext(ctx, `select decision_id, kind, subject, "by", coalesce(by_name, "by"), reason, payload
		from raw.decisions where superseded_by is null order by length(decision_id), decision_id`)
	if err != nil {
		return decision.History{}, err
	}
	defer rows.Close()
	var list []decision.Decision
	for rows.Next() {
		var d decision.Decision
		var payload string
		if err := rows.Scan(&d.ID, &d.Kind, &d.Subject, &d.By, &d.ByName, &d.Reason, &payload); err != nil {
			return decision.History{}, err
		}
		if err := json.Unmarshal([]byte(payload), &d.Payload); err != nil {
			return decision.History{}, fmt.Errorf("%s: %w", d.ID, err)
		}
		list = append(list, d)
	}
	return decision.NewHistory(list), rows.Err()
}

// specialDays reads the feed calendar_days.
func (b *builder) specialDays(ctx context.Context) ([]calendar.Override, error) {
	rows, err := b.conn.QueryContext(ctx, `select day, class, coalesce(hours, ''), coalesce(name, '')
		from raw.calendar_days where superseded_by is null order by day`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var days []calendar.Override
	for rows.Next() {
		var o calendar.Override
		var hours string
		if err := rows.Scan(&o.Day, &o.Class, &hours, &o.Name); err != nil {
			return nil, err
		}
		o.Hours = strings.FieldsFunc(hours, func(r rune) bool { return strings.ContainsRune(" ,;，；、", r) })
		days = append(days, o)
	}
	return days, rows.Err()
}
