package kpi

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	models "github.com/kamlens/kamlens/sql"
)

const (
	defaultLimit = 1000
	maxLimit     = 1_000_000
)

// Explain returns the measure rows behind a number: the counted ones, or the excluded ones with their reasons. It also
// counts every reason. A period at which the measure is not defined is a usage fault.
func (d *Door) Explain(ctx context.Context, s Scope, q ExplainQuestion) (RowSet, error) {
	def, err := d.Definition(q.KPI)
	if err != nil {
		return RowSet{}, err
	}
	if !def.defined(q.Period) {
		return RowSet{}, fault.New(fault.Usage, "kpi.not_defined", def.ID, q.Period.String(), strings.Join(def.Periods, ", "))
	}
	set := RowSet{KPI: def.ID, Period: q.Period.String(), Rows: []Row{}, Excluded: []ReasonCount{}, Limit: q.Limit, Offset: max(0, q.Offset)}
	if set.Limit <= 0 || set.Limit > maxLimit {
		set.Limit = defaultLimit
	}
	if s.none() {
		return set, nil
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return RowSet{}, err
	}
	set.Notes = d.presumedOn(q.Period)
	b := &binds{}
	data, err := explainData(def, s, q, b)
	if err != nil {
		return RowSet{}, err
	}
	var counted int64
	if set.Excluded, counted, err = d.reasons(ctx, data, b); err != nil {
		return RowSet{}, fmt.Errorf("explain %s: %w", def.ID, err)
	}
	set.Total = counted
	if q.Excluded {
		set.Total = 0
		for _, r := range set.Excluded {
			set.Total += r.Rows
		}
	}
	data["Limit"], data["Offset"] = b.bind(set.Limit), b.bind(set.Offset)
	if set.Rows, err = d.explainRows(ctx, def, data, b); err != nil {
		return RowSet{}, fmt.Errorf("explain %s: %w", def.ID, err)
	}
	late, err := d.late(ctx, def, q.Period)
	for i := range set.Rows {
		set.Rows[i].LateFrom = late[set.Rows[i].SubjectID]
	}
	return set, err
}

// explainData is the slice of rows asked for, as the parts of the statements.
func explainData(def Definition, s Scope, q ExplainQuestion, b *binds) (map[string]any, error) {
	condition, err := filtered(q.Filter, "(year(anchor_on) * 100 + month(anchor_on))", b)
	if err != nil {
		return nil, err
	}
	var where string
	switch def.OverTime {
	case overSum:
		where = "anchor_on >= " + b.bind(q.Period.Start) + " and anchor_on < " + b.bind(q.Period.End)
	case overLast:
		where = "anchor_on = " + b.bind(q.Period.End.AddDate(0, 0, -1))
	default:
		where = "anchor_on = " + b.bind(q.Period.Start) + " and period_kind = " + b.bind(string(q.Period.Kind))
	}
	if q.Subject != "" {
		where += " and subject_id = " + b.bind(q.Subject)
	}
	which := "excluded_reason is null"
	if q.Excluded {
		which = "excluded_reason is not null"
	}
	return map[string]any{"View": models.ViewName(def.ID), "Where": where + " and " + visible(s, b) + condition, "Which": which}, nil
}

// reasons counts the excluded rows of a slice by reason, and the rows that count.
func (d *Door) reasons(ctx context.Context, data map[string]any, b *binds) (list []ReasonCount, counted int64, err error) {
	query, err := render("reasons", data)
	if err != nil {
		return nil, 0, err
	}
	all, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (r ReasonCount, err error) {
		return r, scan(&r.Reason, &r.Rows)
	})
	list = []ReasonCount{}
	for _, r := range all {
		if r.Reason == "" {
			counted = r.Rows
		} else {
			list = append(list, r)
		}
	}
	return list, counted, err
}

func (d *Door) explainRows(ctx context.Context, def Definition, data map[string]any, b *binds) ([]Row, error) {
	data["Details"] = def.Details
	query, err := render("rows", data)
	if err != nil {
		return nil, err
	}
	return collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (r Row, err error) {
		var eventAt, anchorOn *time.Time
		details := make([]any, len(def.Details))
		dest := []any{&r.SubjectID, &r.SubjectKind, &eventAt, &anchorOn, &r.CustomerID, &r.CustomerName, &r.ManagerID, &r.ManagerName,
			&r.UnassignedReason, &r.Team, &r.Region, &r.Tier, &r.Kind, &r.Severity, &r.Category, &r.Num, &r.Den, &r.Value, &r.ExcludedReason}
		for i := range details {
			dest = append(dest, &details[i])
		}
		err = scan(dest...)
		for i, name := range def.Details {
			r.Details = append(r.Details, detailOf(name, details[i]))
		}
		if eventAt != nil {
			r.EventAt = eventAt.Format(time.DateTime)
		}
		if anchorOn != nil {
			r.AnchorOn = anchorOn.Format(time.DateOnly)
		}
		return r, err
	})
}
