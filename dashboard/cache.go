package dashboard

import "sync"

// pageCache keeps rendered pages under their ETag. A snapshot never changes, so a page under one ETag does not either:
// nothing is ever stale, only too many. The ETag holds the reader's scope, so no page leaks to another reader.
type pageCache struct {
	mu    sync.Mutex
	pages map[string]rendered
	bytes int
}

type rendered struct{ plain, zipped []byte }

// maxCached bounds the memory of cached pages.
const maxCached = 32 << 20

func newPageCache() *pageCache { return &pageCache{pages: map[string]rendered{}} }

func (c *pageCache) get(tag string) (rendered, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.pages[tag]
	return p, ok
}

// put keeps a page; when there is no room all older ones go, which a new snapshot has mostly made useless anyway.
func (c *pageCache) put(tag string, p rendered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := len(p.plain) + len(p.zipped)
	if c.bytes+size > maxCached {
		c.pages, c.bytes = map[string]rendered{}, 0
	}
	if size <= maxCached {
		c.pages[tag] = p
		c.bytes += size
	}
}
