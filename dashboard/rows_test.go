package dashboard

import (
	"slices"
	"testing"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// TestRowDetails: the page and its CSV show a measure's own columns under their headings, and the unit of both sums.
func TestRowDetails(t *testing.T) {
	a := &ask{l: text.ZH}
	d := kpi.Definition{ID: "X", Kind: "sums", Parts: "fen_days", Details: []string{"due_at", "took_s"}}
	r := kpi.Row{SubjectID: "W1", Num: ptr(int64(5)), Den: ptr(int64(7)), Details: []kpi.Detail{
		{Name: "due_at", Value: "2026-10-09 08:30:15"}, {Name: "took_s", Value: int64(5400)},
	}}
	want := []string{"2026-10-09 08:30", "1.5 小时"}
	if v := a.rowView(d, r); !slices.Equal(v.Details, want) || v.Result != "5 / 7" {
		t.Errorf("details %q, result %s", v.Details, v.Result)
	}
	head, line := a.csvHead(d), a.csvLine(d, r)
	if len(head) != len(line) {
		t.Fatalf("%d headings over %d cells", len(head), len(line))
	}
	if at := slices.Index(head, "到期时间"); at < 0 || !slices.Equal(line[at:at+2], want) || head[at+1] != "用时" || head[at-3] != "分子（分×天）" {
		t.Errorf("head %q\nline %q", head, line)
	}
	for _, c := range []struct {
		def  kpi.Definition
		want string
	}{
		{d, "分×天"}, {kpi.Definition{Kind: "exposure", Exposure: "days"}, "计数 / 客户·天"}, {kpi.Definition{Kind: "duration"}, ""}, {kpi.Definition{Kind: "ratio"}, ""},
	} {
		if got := partUnit(text.ZH, c.def); got != c.want {
			t.Errorf("%+v: %q, want %q", c.def, got, c.want)
		}
	}
}

// TestRowView_late: a row that counts in another month than its own says so.
func TestRowView_late(t *testing.T) {
	row := kpi.Row{EventAt: "2026-10-08 09:00:00", AnchorOn: "2026-11-01", LateFrom: "2026-10-08"}
	for l, want := range map[text.Lang]string{text.ZH: "补录，本属 2026-10-08", text.EN: "late, of 2026-10-08"} {
		if got := (&ask{l: l}).rowView(kpi.Definition{}, row).Late; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	row.LateFrom = ""
	if got := (&ask{l: text.EN}).rowView(kpi.Definition{}, row).Late; got != "" {
		t.Errorf("%q, want nothing", got)
	}
}
