package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/text"
)

// TestDryRun_listsRejects: 240 rows without an id and 3 without a name. A dry run writes no reject file, so it lists 200 of
// them and counts all, by column and reason; a load lists 5.
func TestDryRun_listsRejects(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: in.csv, max_reject_share: 1}\n")
	var b strings.Builder
	b.WriteString("客户编号,客户名称\n")
	for range 240 {
		b.WriteString(",甲\n")
	}
	b.WriteString("C1,\nC2,\nC3,\nC4,乙\n")
	s.write("in.csv", b.String())
	for _, c := range []struct {
		dry    bool
		listed int
		more   string
	}{{true, 200, "另有 43 行退回"}, {false, 5, "另有 238 行退回"}} {
		r := s.must(Options{DryRun: c.dry})
		said := r[0].Text(text.ZH)
		if n := strings.Count(said, "必填的值为空；应为"); n != c.listed || !strings.Contains(said, c.more) ||
			!strings.Contains(said, "合计：列“客户编号”，必填的值为空：240 行\n  合计：列“客户名称”，必填的值为空：3 行") {
			t.Errorf("dry %t: %d listed\n%s", c.dry, n, said)
		}
		if c.dry && !strings.Contains(said, fmt.Sprintf("第 %d 行", 201)) {
			t.Errorf("row 200 is not listed:\n%s", said)
		}
	}
}
