// Pictures as large as the screen allows; what does not fit is made a little smaller, and beyond that it is scrolled.
(() => {
  const sizes = [[1, 1.6], [1, 1.3], [1, 1], [0.9, 1], [0.85, 0.85], [0.8, 0.75]];
  const readable = [1, 1.3];

  function size(slide, [text, picture]) {
    slide.style.fontSize = `${text}em`;
    for (const image of slide.querySelectorAll("img")) {
      image.style.width = `${Math.min(image.naturalWidth * picture, slide.clientWidth)}px`;
      image.style.height = "auto";
    }
    return slide.scrollHeight <= slide.clientHeight + 1;
  }

  function fit(slide) {
    if (slide && !sizes.some((each) => size(slide, each))) size(slide, readable);
  }

  // Turns only where there is nothing left to scroll to, so that no key passes over what was not seen.
  function move(direction) {
    const slide = Reveal.getCurrentSlide();
    const before = slide.scrollTop;
    slide.scrollTop += direction * slide.clientHeight * 0.8;
    if (Math.abs(slide.scrollTop - before) >= 2) return;
    direction > 0 ? Reveal.next() : Reveal.prev();
  }

  const forward = () => move(1);
  const back = () => move(-1);
  addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.shiftKey || event.target.closest("summary, button, a")) return;
    event.preventDefault();
    event.stopPropagation();
    back();
  }, true);
  Reveal.on("slidechanged", (event) => { event.currentSlide.scrollTop = 0; fit(event.currentSlide); });
  Reveal.initialize({ plugins: [RevealNotes], hash: true, center: false, width: 1280, height: 760, margin: 0.03,
    slideNumber: "c/t", transition: "none", pdfMaxPagesPerSlide: 1,
    keyboard: { 32: forward, 34: forward, 33: back } }).then(() => {
    const printed = document.querySelectorAll(".print-pdf .slides section:not(.stack)");
    printed.length ? printed.forEach(fit) : fit(Reveal.getCurrentSlide());
    return Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  }).then(() => fit(Reveal.getCurrentSlide()));
})();
