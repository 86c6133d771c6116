package reports

import (
	"context"

	"github.com/kamlens/kamlens/internal/kpi"
)

// Source is what documents ask of the door. It is an interface so that tests can plant answers.
type Source interface {
	kpi.Lacker
	kpi.Tabler
	Catalogue() []kpi.Definition
	Query(ctx context.Context, scope kpi.Scope, q kpi.Question) ([]kpi.Answer, error)
	Explain(ctx context.Context, scope kpi.Scope, q kpi.ExplainQuestion) (kpi.RowSet, error)
	Members(ctx context.Context, scope kpi.Scope, dim kpi.Dim) ([]kpi.Member, error)
	Flows(ctx context.Context, scope kpi.Scope, q kpi.ExplainQuestion) (kpi.Flows, error)
	Adjustments(ctx context.Context, scope kpi.Scope, period kpi.Period) ([]kpi.Adjustment, error)
	Adjusted(ctx context.Context, scope kpi.Scope, q kpi.Question) ([]kpi.Adjusted, error)
	Stamp() kpi.Stamp
	Feeds(ctx context.Context, scope kpi.Scope) ([]kpi.FeedState, error)
	Checks(ctx context.Context) ([]kpi.CheckResult, error)
}

var _ Source = (*kpi.Door)(nil)
