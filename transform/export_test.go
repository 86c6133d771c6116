package transform

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// line writes a row of a Go table as a|b.
func line(row ...driver.Value) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = fmt.Sprint(v)
		if t, ok := v.(time.Time); ok {
			cells[i] = t.Format(time.DateOnly)
		}
	}
	return strings.Join(cells, "|")
}
