// Search where a page was opened from a disk: browsers start no worker from file:// there.
// This stands in for it with a hidden frame. Loaded by offline sites only.
if (location.protocol === "file:") {
  const frameOf = address => {
    const frame = document.createElement("iframe")
    frame.hidden = true
    document.body.append(frame)
    const inside = frame.contentWindow
    inside.importScripts = (...addresses) =>
      addresses.reduce((before, each) => before.then(() => load(frame, each)), Promise.resolve())
    load(frame, address)
    return frame
  }
  const load = (frame, address) =>
    new Promise((resolve, reject) => {
      const script = frame.contentDocument.createElement("script")
      script.src = address
      script.onload = resolve
      script.onerror = () => reject(new ReferenceError(`cannot load ${address}`))
      frame.contentDocument.body.append(script)
    })
  // The theme's search looks for this name to know where it runs.
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super()
      this.frame = frameOf(String(address))
      this.frame.contentWindow.postMessage = data =>
        this.dispatchEvent(new MessageEvent("message", { data }))
    }
    postMessage(data) {
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }))
    }
    terminate() {
      this.frame.remove()
    }
  }
}
