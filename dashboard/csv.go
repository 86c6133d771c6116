package dashboard

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Bounds of one export.
const (
	csvBatch = 20_000
	csvMost  = 200_000
)

// csv writes the rows that q asks for: UTF-8 with a byte order mark, which is how spreadsheets in China recognise it. A
// list that is cut says so in its last line.
func (a *ask) csv(d kpi.Definition, q kpi.ExplainQuestion) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.Write(a.csvHead(d)); err != nil {
		return nil, err
	}
	q.Limit, q.Offset = csvBatch, 0
	for {
		set, err := a.lease.Explain(a.ctx, a.scope, q)
		if err != nil {
			return nil, fmt.Errorf("rows: %w", err)
		}
		for _, r := range set.Rows {
			if err := w.Write(a.csvLine(d, r)); err != nil {
				return nil, err
			}
		}
		q.Offset += len(set.Rows)
		if len(set.Rows) == 0 || int64(q.Offset) >= set.Total {
			break
		}
		if q.Offset >= csvMost {
			if err := w.Write([]string{a.l.T("dashboard.rows.cut", kpi.FormatCount(int64(q.Offset)), kpi.FormatCount(set.Total))}); err != nil {
				return nil, err
			}
			break
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (a *ask) csvHead(d kpi.Definition) []string {
	num, den := kpi.PartUnits(a.l, d)
	units := map[string]string{"num": num, "den": den}
	head := []string{}
	for _, c := range []string{
		"subject", "subject_kind", "event_at", "anchor_on", "customer_id", "customer", "manager_id", "manager", "team",
		"region", "tier", "kind", "severity", "category", "num", "den", "value",
	} {
		h := a.l.T("dashboard.rows.col." + c)
		if c == "category" || c == "value" {
			h = kpi.ColumnName(a.l, d, c)
		}
		if units[c] != "" {
			h = a.l.T("kpi.part.head", h, units[c])
		}
		head = append(head, h)
	}
	return append(append(head, detailNames(a.l, d)...), a.l.T("dashboard.rows.col.reason"))
}

// csvLine is one row; texts are guarded, numbers are numbers.
func (a *ask) csvLine(d kpi.Definition, r kpi.Row) []string {
	v := a.rowView(d, r)
	line := []string{
		r.SubjectID, v.SubjectName, r.EventAt, r.AnchorOn, r.CustomerID, r.CustomerName, r.ManagerID, v.Manager, r.Team,
		r.Region, v.TierName, v.KindName, v.SeverityName, v.CategoryName,
	}
	for i := range line {
		line[i] = text.Cell(line[i])
	}
	for _, n := range []*int64{r.Num, r.Den, r.Value} {
		if n == nil {
			line = append(line, "")
			continue
		}
		line = append(line, strconv.FormatInt(*n, 10))
	}
	for _, x := range v.Details {
		line = append(line, text.Cell(x))
	}
	return append(line, text.Cell(v.Reason))
}

// sendCSV sends a file for a spreadsheet under a name.
func sendCSV(c *gin.Context, name string, file []byte) error {
	zipped, err := zip(file)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
	send(c, http.StatusOK, file, zipped)
	return nil
}
