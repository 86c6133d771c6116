package kpi

import (
	"context"
	"fmt"
	"time"
)

// TierIndicators is what a customer's tier is worked out from, over the account months that end with a quarter
// (fct_tier_indicators). A pointer is nil where something is not known: NULL is not 0.
type TierIndicators struct {
	Quarter      string `json:"quarter"` // 2026-Q3
	CustomerID   string `json:"customer_id"`
	Name         string `json:"name"`
	ManagerID    string `json:"manager_id"` // the owner on the last day
	Type         string `json:"type"`       // of customer
	Tier         *int64 `json:"tier"`       // approved and effective on the last day
	ParentTier   *int64 `json:"parent_tier"`
	Strategic    bool   `json:"strategic"` // named by the leadership: shown, no part of the score
	Split        bool   `json:"split"`     // came by a split within the quarter
	Merged       bool   `json:"merged"`    // took over others within the quarter
	Since        string `json:"since"`
	TenureMonths *int64 `json:"tenure_months"`
	SpendFen     *int64 `json:"spend_fen"`
	ProjectFen   *int64 `json:"project_fen"` // part of SpendFen
	Orders       *int64 `json:"orders"`
	DueFen       *int64 `json:"due_fen"`
	OnTimeFen    *int64 `json:"on_time_fen"`  // part of DueFen
	OverdueDays  *int64 `json:"overdue_days"` // the most, of any invoice
	ArrearsDays  *int64 `json:"arrears_days"` // of what is open on the last day; nil: nothing is
	Products     *int64 `json:"products"`
	SLAClasses   *int64 `json:"sla_classes"`
	InputState   string `json:"input_state"` // of what follows: none, unapproved, own_line, approved
	EnteredBy    string `json:"entered_by"`
	ApprovedBy   string `json:"approved_by"`
	Sites        *int64 `json:"sites"`
	Bespoke      *int64 `json:"bespoke"`
	Integration  *int64 `json:"integration"`
	ManualPoints *int64 `json:"manual_points"`
}

// TierIndicators returns the indicators of every customer that the scope sees, of one customer where its id is given, by quarter
// and customer.
func (d *Door) TierIndicators(ctx context.Context, s Scope, customer string) ([]TierIndicators, error) {
	if s.none() {
		return nil, nil
	}
	b := &binds{}
	where := visible(s, b)
	if customer != "" {
		where += " and customer_id = " + b.bind(customer)
	}
	list, err := collect(ctx, d.db.SQL(), `select quarter, customer_id, coalesce((select max(c.name) from dim_customers c where c.customer_id = i.customer_id), ''),
		coalesce(manager_id, ''), coalesce(type, ''), tier, parent_tier, is_strategic, is_split, is_merged, coalesce(cast(since as varchar), ''),
		tenure_months, spend_fen, project_fen, orders, due_fen, on_time_fen, overdue_days, arrears_days, products, sla_classes,
		input_state, coalesce(entered_by, ''), coalesce(approved_by, ''), sites, bespoke, integration, manual_points
		from fct_tier_indicators i where `+where+" order by quarter, customer_id", b.args,
		func(scan func(...any) error) (t TierIndicators, err error) {
			return t, scan(&t.Quarter, &t.CustomerID, &t.Name, &t.ManagerID, &t.Type, &t.Tier, &t.ParentTier, &t.Strategic, &t.Split, &t.Merged, &t.Since,
				&t.TenureMonths, &t.SpendFen, &t.ProjectFen, &t.Orders, &t.DueFen, &t.OnTimeFen, &t.OverdueDays, &t.ArrearsDays, &t.Products, &t.SLAClasses,
				&t.InputState, &t.EnteredBy, &t.ApprovedBy, &t.Sites, &t.Bespoke, &t.Integration, &t.ManualPoints)
		})
	if err != nil {
		return nil, fmt.Errorf("indicators of tiering: %w", err)
	}
	return list, nil
}

// TiersOn returns the approved tier that each customer has on a day, as far as the snapshot knows; a customer without one is not
// among them.
func (d *Door) TiersOn(ctx context.Context, s Scope, day time.Time) (map[string]int64, error) {
	if s.none() {
		return map[string]int64{}, nil
	}
	b := &binds{}
	on := b.bind(day)
	tiers := map[string]int64{}
	_, err := collect(ctx, d.db.SQL(), "select customer_id, tier from dim_accounts where valid_from <= "+on+" and "+on+" < valid_to and tier is not null and "+
		visible(s, b), b.args, func(scan func(...any) error) (struct{}, error) {
		var customer string
		var tier int64
		err := scan(&customer, &tier)
		tiers[customer] = tier
		return struct{}{}, err
	})
	if err != nil {
		return nil, fmt.Errorf("tiers on %s: %w", day.Format(time.DateOnly), err)
	}
	return tiers, nil
}

// OwnLine returns the account managers who may not approve what is assessed of a customer's complexity: its owner today, everybody
// whom the owner reports to, directly or not, and the owner's team.
func (d *Door) OwnLine(ctx context.Context, s Scope, customer string) ([]string, error) {
	if s.none() {
		return nil, nil
	}
	b := &binds{}
	list, err := collect(ctx, d.db.SQL(), `with recursive line as (
			select a.manager_id, 0 as depth from dim_accounts a
			where a.manager_id is not null and a.customer_id = `+b.bind(customer)+` and a.valid_from <= `+b.bind(d.asOfOn)+` and `+b.bind(d.asOfOn)+` < a.valid_to and `+visible(s, b)+`
			union all
			select m.reports_to, l.depth + 1 from line l join dim_managers m on m.manager_id = l.manager_id where m.reports_to is not null and l.depth < 10
		)
		select manager_id from line
		union select t.manager_id from line l join dim_managers m on m.manager_id = l.manager_id join dim_managers t on t.team = m.team where l.depth = 0`,
		b.args, func(scan func(...any) error) (id string, err error) { return id, scan(&id) })
	if err != nil {
		return nil, fmt.Errorf("line of the owner of %s: %w", customer, err)
	}
	return list, nil
}
