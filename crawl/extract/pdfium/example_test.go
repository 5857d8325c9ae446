package pdfium_test

import (
	"context"
	"fmt"

	"vigie/crawl/extract/pdfium"
)

func ExampleEngine_Read() {
	ctx := context.Background()
	engine, err := pdfium.New(ctx, pdfium.Options{CacheDir: compiled})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close(ctx)
	file, err := engine.Read(ctx, []byte(onePage), pdfium.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range file.Body {
		fmt.Println("page", p.Page, p.Text)
	}
	// Output: page 1 Ducts are shared.
}
