/** What Vite lets a module import beside code. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>
  export default classes
}
declare module '*.css'
declare module '*?worker' {
  const WorkerClass: new () => Worker
  export default WorkerClass
}
