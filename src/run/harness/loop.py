"""The event loop of examples with `await` at top level."""

from verify_steps import COROUTINE

_eval = eval


class Loop:
    """One for the whole example, as under `python -m asyncio`."""

    def __init__(self):
        import asyncio  # in sight of the example

        self.asyncio = asyncio
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

    def evaluate(self, code, namespace):
        """The value of code, which may await something."""

        async def run():
            result = _eval(code, namespace)
            return await result if code.co_flags & COROUTINE else result

        return self.loop.run_until_complete(run())

    def close(self):
        """Ends what still runs in the loop, as `asyncio.run` does."""
        loop, asyncio = self.loop, self.asyncio
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for task in tasks:
            if not task.cancelled() and task.exception() is not None:
                context = {"message": "unhandled exception during asyncio.run() shutdown", "exception": task.exception(), "task": task}
                loop.call_exception_handler(context)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()
