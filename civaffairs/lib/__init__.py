"""Plain Python that knows nothing of Django and does no input or output.

Everything here can be tested without a database. Other packages import these modules; these import no other
package of the project.
"""
