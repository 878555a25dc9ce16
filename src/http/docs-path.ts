/** Where Swagger UI and the document are served. */
export const DOCS_PATH = 'docs';
