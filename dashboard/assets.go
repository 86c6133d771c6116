package dashboard

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/chart"
)

//go:embed assets templates
var files embed.FS

// asset is one static file, ready to send.
type asset struct {
	kind          string // Content-Type
	plain, zipped []byte
}

// assetSet is every static file under its hashed name: app.1a2b3c4d5e6f.js.
type assetSet struct {
	byName map[string]asset
	hashed map[string]string // app.js -> app.1a2b3c4d5e6f.js
}

// newAssets reads the embedded files and the chart scripts.
func newAssets() (assetSet, error) {
	set := assetSet{map[string]asset{}, map[string]string{}}
	entries, err := fs.ReadDir(files, "assets")
	if err != nil {
		return set, err
	}
	for _, e := range entries {
		data, err := fs.ReadFile(files, path.Join("assets", e.Name()))
		if err != nil {
			return set, err
		}
		if err := set.add(e.Name(), data); err != nil {
			return set, err
		}
	}
	// The notice of ECharts travels with it, as its licence asks; the file itself keeps its own heading.
	if err := set.add("echarts.js", chart.ECharts()); err != nil {
		return set, err
	}
	if err := set.add("echarts-licence.txt", []byte(chart.Notices())); err != nil {
		return set, err
	}
	return set, set.add("chart.js", chart.Script())
}

func (s assetSet) add(name string, data []byte) error {
	kinds := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
		".txt": "text/plain; charset=utf-8",
	}
	ext := path.Ext(name)
	kind, ok := kinds[ext]
	if !ok {
		return fmt.Errorf("asset %s: no content type", name)
	}
	zipped, err := zip(data)
	if err != nil {
		return fmt.Errorf("asset %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.hashed[name] = hashed
	s.byName[hashed] = asset{kind: kind, plain: data, zipped: zipped}
	return nil
}

// url returns the address of a file; it changes with the content, so browsers may keep it for good.
func (s assetSet) url(name string) string { return "/assets/" + s.hashed[name] }

// asset sends a static file.
func (s *Server) asset(c *gin.Context) {
	a, ok := s.assets.byName[c.Param("name")]
	if !ok {
		s.notFound(c)
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Header("Content-Type", a.kind)
	send(c, http.StatusOK, a.plain, a.zipped)
}

// send writes a body, compressed where the reader takes it.
func send(c *gin.Context, status int, plain, zipped []byte) {
	c.Header("Vary", "Accept-Encoding, Cookie")
	body := plain
	if zipped != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		body = zipped
	}
	c.Header("Content-Length", fmt.Sprint(len(body)))
	c.Status(status)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return
	}
	if _, err := c.Writer.Write(body); err != nil {
		_ = c.Error(err) // the reader went away
	}
}

func zip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
