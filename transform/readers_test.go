package transform_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/transform"
)

// TestReaders: the measures that read a rule, the user's own among them, in the order of the catalogue.
func TestReaders(t *testing.T) {
	o, _ := workplace(t, "models: models\n")
	model(t, o, "kpi/m_x1.sql", strings.Replace(measureX1, "from calendar_days d",
		"from calendar_days d\njoin rule_params p on p.name = 'own_window'\njoin rule_params w on w.name = 'survey_response_days'", 1))
	r, err := transform.ReadersOf(o.Config)
	if err != nil {
		t.Fatal(err)
	}
	own := rules.Ref{Table: rules.ParamTable, Name: "own_window"}
	if diff := cmp.Diff([]string{"A5", "X1"}, r.Of(rules.Ref{Table: rules.ParamTable, Name: "survey_response_days"}, own)); diff != "" {
		t.Error(diff)
	}
	limit := rules.Ref{Table: rules.LimitTable, Name: "first_response"}
	if diff := cmp.Diff([]string{"B1", "B2", "B2.calendar", "B5"}, r.Of(limit)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"B1", "B5", "X1"}, r.Lacking(limit, own)); diff != "" { // X1 has no row without its own
		t.Error(diff)
	}
	if got := r.Of(rules.Ref{Table: rules.ParamTable, Name: "first_response"}); got != nil {
		t.Errorf("a limit is read as a parameter by %v", got)
	}
	if diff := cmp.Diff([]string{"Q7"}, r.Unknown([]string{"A5", "Q7", "X1"})); diff != "" {
		t.Error(diff)
	}
	book, err := rules.New()
	if err != nil {
		t.Fatal(err)
	}
	var unknown []rules.Ref
	for _, ref := range r.Refs() {
		if !book.Knows(ref) {
			unknown = append(unknown, ref)
		}
	}
	if diff := cmp.Diff([]rules.Ref{own}, unknown); diff != "" {
		t.Errorf("a built-in measure reads what is not declared, or the own one is not told:\n%s", diff)
	}
}

func TestReaders_badModel(t *testing.T) {
	o, _ := workplace(t, "models: models\n")
	model(t, o, "kpi/m_x1.sql", "select 1\n")
	if _, err := transform.ReadersOf(o.Config); fault.KindOf(err) != fault.Usage {
		t.Errorf("err = %v, want the model refused", err)
	}
}
