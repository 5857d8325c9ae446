package pdfium

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/tetratelabs/wazero"
)

//go:embed pdfium.wasm
var module []byte

const (
	// wasmPage is the size in bytes of a page of WebAssembly's memory.
	wasmPage = 64 << 10
	// defaultMemory is what one document may use, in bytes, where Options do not say.
	defaultMemory = 256 << 20
)

// Options say how an [Engine] runs. The zero value will do.
type Options struct {
	// CacheDir keeps the compiled engine, some 16 MB, so that the next start takes a
	// tenth of a second and not seconds. "" keeps nothing. Who can write there can
	// run code: it must belong to the program alone.
	CacheDir string
	// Memory bounds what one document may use, in bytes; 0 means 256 MiB. It is
	// rounded down to a multiple of 64 KiB.
	Memory int
}

// Engine runs PDFium. It may be used concurrently: each document gets an
// instance and a memory of its own, so that none can touch the reading of
// another.
type Engine struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache // nil when nothing is kept
}

// New compiles the engine, or loads what an earlier start compiled. The context
// bounds the compilation only. [Engine.Close] frees what it took.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(uint32(o.Memory / wasmPage))
	e := &Engine{}
	if o.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(o.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("open the cache of the PDF engine %s: %w", o.CacheDir, err)
		}
		e.cache = cache
		config = config.WithCompilationCache(cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	var err error
	if e.compiled, err = e.runtime.CompileModule(ctx, module); err == nil {
		err = surroundings(ctx, e.runtime, e.compiled)
	}
	if err != nil {
		_ = e.Close(ctx) // the first error says more
		return nil, fmt.Errorf("compile the PDF engine: %w", err)
	}
	return e, nil
}

// Close frees the engine. A document that is being read fails.
func (e *Engine) Close(ctx context.Context) error {
	err := e.runtime.Close(ctx)
	if e.cache != nil {
		if closing := e.cache.Close(ctx); err == nil {
			err = closing
		}
	}
	if err != nil {
		return fmt.Errorf("close the PDF engine: %w", err)
	}
	return nil
}
