package kpi

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/text"
)

// TestExplain_details: the declared columns come with every row in the declared order; 5,400 seconds are an hour and a
// half, 1,234,567 fen are 12,345.67 yuan, an instant is shown to the minute, and what is missing stays empty.
func TestExplain_details(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.scale": {row(t, "2026-10-01", "c01", "m1", 6300, 12600)}})
	set, err := d.Explain(context.Background(), Everything(), ExplainQuestion{KPI: "X.scale", Period: mustPeriod(t, "2026-10")})
	if err != nil || len(set.Rows) != 1 {
		t.Fatal(len(set.Rows), err)
	}
	var zh, en []string
	for _, x := range set.Rows[0].Details {
		zh, en = append(zh, DetailName(text.ZH, x.Name)+" "+x.Text(text.ZH)), append(en, x.Text(text.EN))
	}
	if diff := cmp.Diff([]string{"到期时间 2026-10-09 08:30", "走访期止 2026-10-31", "用时 1.5 小时", "基期收入 12,345.67 元", "期初级别 二级", "得分 4.5",
		"规则版本 2026.10", "完成时间 "}, zh); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2026-10-09 08:30", "2026-10-31", "1.5 h", "12,345.67 yuan", "Tier 2", "4.5", "2026.10", ""}, en); diff != "" {
		t.Error(diff)
	}
	raw, err := json.Marshal(set.Rows[0].Details)
	want := `[{"name":"due_at","value":"2026-10-09 08:30:15"},{"name":"window_to_on","value":"2026-10-31"},{"name":"took_s","value":5400},` +
		`{"name":"base_fen","value":1234567},{"name":"opening_tier","value":2},{"name":"score","value":4.5},` +
		`{"name":"rule_version","value":"2026.10"},{"name":"done_at","value":null}]`
	if err != nil || string(raw) != want {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestExplain_withoutDetails: a measure that declares none has none.
func TestExplain_withoutDetails(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.late": {row(t, "2026-10-01", "c01", "m1", 1, 1)}})
	set, err := d.Explain(context.Background(), Everything(), ExplainQuestion{KPI: "X.late", Period: mustPeriod(t, "2026-10")})
	if err != nil || len(set.Rows) != 1 || set.Rows[0].Details != nil {
		t.Errorf("%+v, %v", set.Rows, err)
	}
}

// TestDefinition_details: a name that is no plain column name would become SQL.
func TestDefinition_details(t *testing.T) {
	def := Definition{ID: "X", Kind: kindRatio, OverTime: overSum, Details: []string{"due_at"}}
	if err := def.check(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "a, b", "1 --", "A"} {
		def.Details = []string{name}
		if def.check() == nil {
			t.Errorf("%q passed", name)
		}
	}
}

// TestPartUnits: num and den of a row are said in the unit they are counted in.
func TestPartUnits(t *testing.T) {
	for _, c := range []struct {
		def      Definition
		num, den string
	}{
		{Definition{Kind: kindRatio}, "", ""},
		{Definition{Kind: kindSums, Parts: "fen_days"}, "分×天", "分×天"},
		{Definition{Kind: kindExposure, Exposure: "days"}, "", "客户·天"},
		{Definition{Kind: kindExposure, Exposure: "users"}, "", "用户"},
		{Definition{Kind: kindMean, Parts: "index_points"}, "换算分（每份答复满分 12,600）", "换算分（每份答复满分 12,600）"},
		{Definition{Kind: kindSum, Unit: UnitSeconds}, "秒", ""},
		{Definition{Kind: kindSum, Unit: UnitFen}, "分", ""},
		{Definition{Kind: kindDuration}, "秒", ""},
	} {
		if num, den := PartUnits(text.ZH, c.def); num != c.num || den != c.den {
			t.Errorf("%+v: %q, %q", c.def, num, den)
		}
	}
}
