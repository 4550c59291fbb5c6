// Starts whichever of the two readers of /openapi.json the page has loaded.
const DOCUMENT = "/openapi.json";

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: DOCUMENT,
    dom_id: "#try",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    validatorUrl: null,
  });
} else if (window.Redoc) {
  window.Redoc.init(DOCUMENT, { hideDownloadButton: true, expandResponses: "200,201" }, document.getElementById("read"));
}
