package pdfium

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf16"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// scratchSize is the size in bytes of the memory that calls leave their answers
// in; no text of a document's description is read beyond it.
const scratchSize = 16 << 10

// instance is the engine with one document. Its calls remember the first error,
// after which all of them return 0: the engine has trapped, and what its memory
// holds means nothing any more.
type instance struct {
	module    api.Module
	functions map[string]api.Function
	stack     [8]uint64
	scratch   uint32 // address of scratchSize bytes
	err       error
	// starved says that memory beyond the limit was asked for.
	starved bool
}

// instanceKey is the key of the instance in the context of its calls.
type instanceKey struct{}

// start returns a new instance, with the context that all its calls need.
func (e *Engine) start(ctx context.Context) (*instance, context.Context, error) {
	in := &instance{functions: make(map[string]api.Function)}
	ctx = context.WithValue(ctx, instanceKey{}, in)
	m, err := e.runtime.InstantiateModule(ctx, e.compiled,
		wazero.NewModuleConfig().WithName("").WithStartFunctions("__wasm_call_ctors", "FPDF_InitLibrary"))
	if err != nil {
		return nil, nil, fmt.Errorf("start the PDF engine: %w", err)
	}
	in.module = m
	in.scratch = in.allocate(ctx, scratchSize)
	if in.err != nil {
		_ = m.Close(ctx) // the first error says more
		return nil, nil, fmt.Errorf("start the PDF engine: %w", in.err)
	}
	return in, ctx, nil
}

func (in *instance) close(ctx context.Context) { _ = in.module.Close(ctx) } // frees memory only

// call calls a function of the engine and returns its result, 0 where it has
// none.
func (in *instance) call(ctx context.Context, name string, args ...uint64) uint64 {
	if in.err != nil {
		return 0
	}
	f := in.functions[name]
	if f == nil {
		if f = in.module.ExportedFunction(name); f == nil {
			in.err = fmt.Errorf("the PDF engine has no function %s", name)
			return 0
		}
		in.functions[name] = f
	}
	copy(in.stack[:], args)
	if err := f.CallWithStack(ctx, in.stack[:]); err != nil {
		in.err = fmt.Errorf("call %s: %w", name, err)
		return 0
	}
	return in.stack[0]
}

// number is call for functions that return an int.
func (in *instance) number(ctx context.Context, name string, args ...uint64) int {
	return int(int32(in.call(ctx, name, args...)))
}

// allocate takes memory of the engine.
func (in *instance) allocate(ctx context.Context, size int) uint32 {
	at := uint32(in.call(ctx, "malloc", uint64(size)))
	if at == 0 && in.err == nil {
		in.err = errNoMemory
	}
	return at
}

// floats reads numbers of four bytes from the scratch.
func (in *instance) floats(into []float32) {
	b, ok := in.module.Memory().Read(in.scratch, uint32(4*len(into)))
	if !ok {
		return
	}
	for i := range into {
		into[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// wide reads a text in UTF-16 that a call wrote into the scratch and whose size
// in bytes, its closing zero included, the call returned.
func (in *instance) wide(size int) string {
	if size < 4 || size > scratchSize {
		return ""
	}
	b, ok := in.module.Memory().Read(in.scratch, uint32(size))
	if !ok {
		return ""
	}
	units := make([]uint16, 0, size/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	for len(units) > 0 && units[len(units)-1] == 0 {
		units = units[:len(units)-1]
	}
	return string(utf16.Decode(units))
}

// narrow is wide for texts of one byte a character.
func (in *instance) narrow(size int) string {
	if size < 2 || size > scratchSize {
		return ""
	}
	b, _ := in.module.Memory().Read(in.scratch, uint32(size-1))
	return string(b)
}

// open gives the engine the bytes of a document, which stay its own until it is
// closed, and returns the engine's handle.
func (in *instance) open(ctx context.Context, pdf []byte) (uint64, error) {
	at := in.allocate(ctx, len(pdf))
	if in.err != nil {
		return 0, in.fault()
	}
	in.module.Memory().Write(at, pdf)
	doc := in.call(ctx, "FPDF_LoadMemDocument", uint64(at), uint64(len(pdf)), 0)
	if doc != 0 {
		return doc, nil
	}
	reason := in.number(ctx, "FPDF_GetLastError")
	if in.err != nil {
		return 0, in.fault()
	}
	return 0, loadError(reason)
}
