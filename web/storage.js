// The browser's storage with a memory to fall back on: private windows and full disks make it throw.

class Shelf {
  constructor(open) {
    this.memory = new Map();
    try {
      this.area = open();
    } catch {
      this.area = null;
    }
  }

  read(key) {
    if (this.memory.has(key)) return this.memory.get(key);
    try {
      return JSON.parse(this.area.getItem(key));
    } catch {
      return null;
    }
  }

  write(key, value) {
    try {
      this.area.setItem(key, JSON.stringify(value));
      this.memory.delete(key);
    } catch {
      this.memory.set(key, value);
    }
  }

  remove(key) {
    this.memory.delete(key);
    try {
      this.area.removeItem(key);
    } catch {
      // Nothing was kept, so nothing is left behind.
    }
  }
}

export const tab = new Shelf(() => window.sessionStorage);
export const browser = new Shelf(() => window.localStorage);
