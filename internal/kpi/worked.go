package kpi

import (
	"context"
	"fmt"
)

// Worked is something that was done for a customer: a case that was resolved, a visit that was made.
type Worked struct {
	Subject    string // case, visit
	ID         string
	Day        string // 2026-10-09
	Kind       string // of case, or visit
	Tier       int64  // of the customer then, 0 for none
	CustomerID string
	ManagerID  string // accountable, "" for nobody
}

// Worked returns what was done in a period, by subject and id: all that the process of an account manager can be looked at by. A case
// is of the day on which it was resolved, and of whoever answers for that.
func (d *Door) Worked(ctx context.Context, s Scope, p Period) ([]Worked, error) {
	if s.none() {
		return nil, nil
	}
	b := &binds{}
	data := map[string]any{"Starts": b.bind(p.Start), "Ends": b.bind(p.End)}
	data["Where"] = visible(s, b)
	query, err := render("worked", data)
	if err != nil {
		return nil, err
	}
	list, err := collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (w Worked, err error) {
		return w, scan(&w.Subject, &w.ID, &w.Day, &w.Kind, &w.Tier, &w.CustomerID, &w.ManagerID)
	})
	if err != nil {
		return nil, fmt.Errorf("what was done in %s: %w", p, err)
	}
	return list, nil
}

// JudgedSamples returns the samples of the feed of audit samples that somebody has judged, those that a second scorer has
// judged with true.
func (d *Door) JudgedSamples(ctx context.Context, s Scope) (map[string]bool, error) {
	judged := map[string]bool{}
	if s.none() {
		return judged, nil
	}
	b := &binds{}
	_, err := collect(ctx, d.db.SQL(), "select sample_id, second_passed is not null from fct_audit_samples where passed is not null and "+
		visible(Scope{All: s.All, Managers: s.Managers, Teams: s.Teams}, b), b.args, func(scan func(...any) error) (struct{}, error) {
		var id string
		var twice bool
		err := scan(&id, &twice)
		judged[id] = twice
		return struct{}{}, err
	})
	if err != nil {
		return nil, fmt.Errorf("judged samples: %w", err)
	}
	return judged, nil
}
