// Light or dark: as the system has it, or as was chosen here.

const CHOICES = ["auto", "light", "dark"];

export const theme = {
  /** @returns {string} auto, light or dark */
  get chosen() {
    const kept = localStorage.getItem("theme");
    return CHOICES.includes(kept) ? kept : "auto";
  },

  apply() {
    document.documentElement.dataset.theme = this.chosen;
  },

  next() {
    localStorage.setItem("theme", CHOICES[(CHOICES.indexOf(this.chosen) + 1) % CHOICES.length]);
    this.apply();
  },
};
