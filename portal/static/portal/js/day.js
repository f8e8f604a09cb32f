// The calendar of Wagtail beside fields for days, begun from here: inline scripts run in Wagtail's own editors alone.
document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("[data-day]")) {
        window.initDateChooser(field.id, JSON.parse(field.dataset.day));
    }
});
