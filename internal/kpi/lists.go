package kpi

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// none reports whether a scope sees nothing at all.
func (s Scope) none() bool {
	return !s.All && len(s.Managers) == 0 && len(s.Teams) == 0 && len(s.Regions) == 0
}

// Feeds returns what was loaded of every feed, in the order of the feed declarations. It holds no customer rows, so any
// scope but the zero one sees it.
func (d *Door) Feeds(ctx context.Context, s Scope) ([]FeedState, error) {
	if s.none() {
		return nil, nil
	}
	return collect(ctx, d.db.SQL(), `select feed, "rows", batches, rejected, coalesce(cast(first_on as varchar), ''),
		coalesce(cast(last_on as varchar), ''), coalesce(cast(loaded_at as varchar), ''), coalesce(cast(presumed_until as varchar), '') from feed_state order by rowid`, nil,
		func(scan func(...any) error) (f FeedState, err error) {
			return f, scan(&f.Feed, &f.Rows, &f.Batches, &f.Rejected, &f.FirstOn, &f.LastOn, &f.LoadedAt, &f.PresumedUntil)
		})
}

// FeedMonths returns the months that hold rows, in the order of the feed declarations and then of time; feeds of standing
// data are not among them.
func (d *Door) FeedMonths(ctx context.Context, s Scope) ([]FeedMonth, error) {
	if s.none() {
		return nil, nil
	}
	return collect(ctx, d.db.SQL(), `select feed, ym, "rows" from feed_months order by rowid`, nil,
		func(scan func(...any) error) (f FeedMonth, err error) {
			return f, scan(&f.Feed, &f.Month, &f.Rows)
		})
}

// Checks returns the results of the data checks, the failed ones first.
func (d *Door) Checks(ctx context.Context) ([]CheckResult, error) {
	return collect(ctx, d.db.SQL(), `select name, zh, en, blocking, bad_rows from check_results
		order by bad_rows > 0 desc, blocking desc, name`, nil,
		func(scan func(...any) error) (c CheckResult, err error) {
			return c, scan(&c.Name, &c.ZH, &c.EN, &c.Blocking, &c.BadRows)
		})
}

// CheckRows returns the bad rows of a check that the snapshot keeps, each a JSON object of the check's own columns in
// their order. Like [Door.Rejects] they are rows of any customer: only a scope that sees everything sees them.
func (d *Door) CheckRows(ctx context.Context, s Scope, check string) ([]string, error) {
	if !s.All {
		return nil, nil
	}
	return collect(ctx, d.db.SQL(), "select row_json from check_rows where name = $1 order by row_no", []any{check},
		func(scan func(...any) error) (row string, err error) {
			return row, scan(&row)
		})
}

// Rejects returns at most limit rejected values, newest batch first. They are raw values of any customer: only a scope
// that sees everything sees them.
func (d *Door) Rejects(ctx context.Context, s Scope, limit int) ([]Reject, error) {
	if !s.All {
		return nil, nil
	}
	return collect(ctx, d.db.SQL(), `select batch_id, coalesce(source, ''), coalesce(feed, ''), coalesce(file, ''),
		coalesce(line, 0), coalesce(column_name, ''), coalesce(header, ''), coalesce(value, ''), coalesce(code, ''),
		coalesce(expected, '') from rejects_sample order by batch_id desc, line, column_name limit $1`, []any{limit},
		func(scan func(...any) error) (r Reject, err error) {
			return r, scan(&r.Batch, &r.Source, &r.Feed, &r.File, &r.Line, &r.Column, &r.Header, &r.Value, &r.Code, &r.Expected)
		})
}

// Batches returns the loaded files, newest first; like [Door.Rejects] only to a scope that sees everything.
func (d *Door) Batches(ctx context.Context, s Scope, limit int) ([]Batch, error) {
	if !s.All {
		return nil, nil
	}
	return collect(ctx, d.db.SQL(), `select batch_id, source, feed, file, sha256, bytes, rows_read, rows_loaded,
		rows_unchanged, rows_superseded, rows_rejected, rows_filtered, cast(received_at as varchar) from batches
		order by batch_id desc limit $1`, []any{limit},
		func(scan func(...any) error) (b Batch, err error) {
			return b, scan(&b.ID, &b.Source, &b.Feed, &b.File, &b.SHA256, &b.Bytes, &b.Read, &b.Loaded,
				&b.Unchanged, &b.Superseded, &b.Rejected, &b.Filtered, &b.ReceivedAt)
		})
}

// Members returns the values of a dimension that occur in rows the scope sees, with their names: for filters and
// labels. The row without a value (未分配) is not among them.
func (d *Door) Members(ctx context.Context, s Scope, dim Dim) ([]Member, error) {
	if s.none() {
		return nil, nil
	}
	column, ok := columnOf(dim)
	if !ok || dim == ByMonth {
		return nil, fault.New(fault.Usage, "kpi.bad_dimension", string(dim))
	}
	b := &binds{}
	var query string
	switch dim {
	case ByManager:
		query = `select m.id, coalesce(d.name, m.id), coalesce(d.team, '')
			from (select distinct manager_id as id from cube where manager_id is not null and ` + visible(s, b) + `) as m
			left join dim_managers as d on d.manager_id = m.id order by 1`
	case ByCustomer:
		query = `select c.customer_id, coalesce(c.name, c.customer_id), '' from dim_customers as c where c.customer_id in
			(select customer_id from dim_accounts where ` + visible(s, b) + `) order by 1`
	default:
		source := slice{scope: s, dims: []Dim{dim}}.cube()
		if source == "" {
			source = measured().of(d.catalogue, time.Time{}, endOfTime(), "0", b)
		}
		query = "select distinct cast(" + column + " as varchar), cast(" + column + " as varchar), '' from " + source + " s where " +
			column + " is not null and " + visible(s, b) + " order by 1"
	}
	return collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (m Member, err error) {
		return m, scan(&m.ID, &m.Name, &m.Team)
	})
}

// endOfTime is after every day of a snapshot.
func endOfTime() time.Time { return time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC) }

// columnOf names the column of measure rows, and of the cubes, that holds a dimension.
func columnOf(dim Dim) (string, bool) {
	switch dim {
	case ByManager, ByCustomer:
		return string(dim) + "_id", true
	case ByTeam, ByRegion, ByTier, ByKind, BySeverity, ByCategory:
		return string(dim), true
	case ByMonth:
		return "ym", true
	}
	return "", false
}

// binds collects the arguments of a query; everything that comes from outside goes through it.
type binds struct{ args []any }

// bind returns the placeholder of one more argument.
func (b *binds) bind(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// list returns the placeholders of values as "$1, $2".
func (b *binds) list(values []string) string {
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ", "
		}
		text += b.bind(v)
	}
	return text
}

// visible is the one place where a scope becomes SQL: a condition on manager_id, team and region.
func visible(s Scope, b *binds) string {
	if s.All {
		return "true"
	}
	condition := "false"
	for _, part := range []struct {
		column string
		values []string
	}{{"manager_id", s.Managers}, {"team", s.Teams}, {"region", s.Regions}} {
		if len(part.values) > 0 {
			condition += " or " + part.column + " in (" + b.list(part.values) + ")"
		}
	}
	return "(" + condition + ")"
}

// filtered is the condition of a filter, on top of what the scope sees. month is the expression of the row's YYYYMM.
func filtered(filter map[Dim][]string, month string, b *binds) (string, error) {
	dims := make([]Dim, 0, len(filter))
	for dim := range filter {
		dims = append(dims, dim)
	}
	slices.Sort(dims) // the same question is the same SQL
	text := ""
	for _, dim := range dims {
		column, ok := columnOf(dim)
		if !ok {
			return "", fault.New(fault.Usage, "kpi.bad_dimension", string(dim))
		}
		values, orNull := filter[dim], false
		switch dim {
		case ByTier:
			column = "cast(tier as varchar)"
		case ByMonth:
			column = "cast(" + month + " as varchar)"
			values = slices.Clone(values)
			for i, v := range values {
				if len(v) == len("2026-10") {
					values[i] = v[:4] + v[5:]
				}
			}
		}
		if i := slices.Index(values, ""); i >= 0 {
			values, orNull = slices.Delete(slices.Clone(values), i, i+1), true
		}
		condition := "false"
		if len(values) > 0 {
			condition = column + " in (" + b.list(values) + ")"
		}
		if orNull {
			condition += " or " + column + " is null"
		}
		text += " and (" + condition + ")"
	}
	return text, nil
}
