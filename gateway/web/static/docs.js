// Shows the API's description; everything comes from this site.
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
